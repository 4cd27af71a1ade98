package io.headgate.app;

import io.headgate.admin.CheckView;
import io.headgate.app.NodePorts.Outcome;
import io.headgate.model.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether something between here and the nodes lets some ports through and others not, as far as
 * that can be told from here: a node that answers at one port, be it by refusing, and is silent at
 * another, is filtered. One that is silent at all is off, or filtered whole. What comes in from
 * clients cannot be seen from this host. Pure.
 */
final class Firewall {
  /** The kubelet's and kube-proxy's: where nothing listens, a node refuses, which is an answer. */
  private static final List<Integer> PORTS_OF_NODES = List.of(10_250, 10_256);

  private static final int MOST_NODES = 20;

  private Firewall() {}

  /** Where to ask whether nodes that were silent are there. */
  static List<InetSocketAddress> signsOfLife(Map<InetSocketAddress, Outcome> tried) {
    Set<InetAddress> silent = new LinkedHashSet<>();
    Set<InetAddress> alive = answering(tried);
    tried.forEach((address, outcome) -> {
      if (outcome == Outcome.SILENT && !alive.contains(address.getAddress())) {
        silent.add(address.getAddress());
      }
    });
    return silent.stream()
        .limit(MOST_NODES)
        .flatMap(node ->
            PORTS_OF_NODES.stream()
                .map(port -> new InetSocketAddress(node, port))
                .filter(address -> !tried.containsKey(address)))
        .toList();
  }

  /**
   * The row; empty where nothing was tried.
   *
   * @param tried the ports that routes lead to
   * @param signs what came of {@link #signsOfLife}
   */
  static Optional<CheckView> of(
      Map<InetSocketAddress, Outcome> tried, Map<InetSocketAddress, Outcome> signs) {
    if (tried.isEmpty()) {
      return Optional.empty();
    }
    Map<InetAddress, Set<Integer>> silent = new LinkedHashMap<>();
    tried.forEach((address, outcome) -> {
      if (outcome == Outcome.SILENT) {
        silent.computeIfAbsent(address.getAddress(), _ -> new TreeSet<>()).add(address.getPort());
      }
    });
    if (silent.isEmpty()) {
      return Optional.of(
          CheckView.ok(
              "firewall",
              "none seen: each of the %d addresses tried answers".formatted(tried.size())));
    }
    Map<InetSocketAddress, Outcome> all = new LinkedHashMap<>(tried);
    all.putAll(signs);
    Set<InetAddress> alive = answering(all);
    List<String> filtered = new ArrayList<>();
    List<String> dark = new ArrayList<>();
    silent.forEach((node, ports) -> {
      String name = Addresses.text(node);
      if (alive.contains(node)) {
        filtered.add(name + " answers at " + answered(node, all) + " and not at " + text(ports));
      } else {
        dark.add(name);
      }
    });
    return Optional.of(row(filtered, dark));
  }

  private static CheckView row(List<String> filtered, List<String> dark) {
    List<String> findings = new ArrayList<>();
    if (!filtered.isEmpty()) {
      findings.add("packets are dropped on the way: " + FirstFew.of(filtered, "; "));
    }
    if (!dark.isEmpty()) {
      findings.add(
          FirstFew.of(dark)
              + " answer at no port that was tried: off, or all is dropped; from here the two look"
              + " the same");
    }
    return CheckView.warn(
        "firewall",
        String.join("; ", findings),
        "let this host through to these ports in the firewall of the nodes (nft list ruleset,"
            + " iptables -S), in the network's or the cloud's, and in this host's own output");
  }

  private static Set<InetAddress> answering(Map<InetSocketAddress, Outcome> tried) {
    return tried.entrySet().stream()
        .filter(entry -> isAnswer(entry.getValue()))
        .map(entry -> entry.getKey().getAddress())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static boolean isAnswer(Outcome outcome) {
    return switch (outcome) {
      case ACCEPTED, REFUSED -> true;
      case SILENT, UNREACHABLE -> false;
    };
  }

  private static String answered(InetAddress node, Map<InetSocketAddress, Outcome> all) {
    return text(
        all.entrySet().stream()
            .filter(entry -> entry.getKey().getAddress().equals(node) && isAnswer(entry.getValue()))
            .map(entry -> entry.getKey().getPort())
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static String text(Set<Integer> ports) {
    return FirstFew.of(ports.stream().map(String::valueOf).toList());
  }
}
