package io.headgate.desired;

import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterNode;
import io.headgate.model.Explanation.OfNode;
import io.headgate.model.Explanation.Verdict;
import io.headgate.model.IpFamily;
import io.headgate.model.LabelSelector;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be said of each Node by itself, for one purpose. Immutable; of a Node that has not
 * changed it is the same object from decision to decision.
 */
final class NodeLooks {
  /** What Go's {@code strconv.ParseBool} takes for false; anything else excludes. */
  private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

  /**
   * What Nodes are wanted for.
   *
   * @param selector that the labels must match, empty for every Node
   * @param families of the address, the preferred one first; empty for the Node's own order.
   *     kube-proxy serves a NodePort only in the families of its Service
   */
  record Purpose(
      Optional<LabelSelector> selector,
      List<IpFamily> families,
      NodeAddress wanted,
      boolean honoursExclusion) {}

  /**
   * One Node.
   *
   * @param usable it may be used, unless another has its address already
   * @param verdicts on it
   */
  private record Look(String node, Optional<SelectedNode> usable, List<Verdict> verdicts) {
    OfNode refused() {
      return new OfNode(node, "", Optional.empty(), verdicts);
    }

    /** The same with another answer to the last question, that for the address. */
    OfNode sharesAddressWith(String owner, InetAddress address) {
      List<Verdict> all = new ArrayList<>(verdicts.subList(0, verdicts.size() - 1));
      all.add(
          new Verdict("address", Addresses.text(address) + " is already that of " + owner, true));
      return new OfNode(node, "", Optional.empty(), all);
    }
  }

  private final Purpose purpose;
  private final Map<String, Look> looks;

  private NodeLooks(Purpose purpose, Map<String, Look> looks) {
    this.purpose = purpose;
    this.looks = looks;
  }

  /** At none. */
  static NodeLooks none(Purpose purpose) {
    return new NodeLooks(purpose, Map.of());
  }

  /**
   * At these.
   *
   * @param changed names of the Nodes that are not what they were
   */
  NodeLooks at(Collection<ClusterNode> nodes, Set<String> changed) {
    Map<String, Look> now = LinkedHashMap.newLinkedHashMap(nodes.size());
    for (ClusterNode node : nodes) {
      Look known = changed.contains(node.name()) ? null : looks.get(node.name());
      now.put(node.name(), known == null ? look(node) : known);
    }
    return new NodeLooks(purpose, now);
  }

  /** Those that may be used, in the order of the nodes given: of two with one address the first. */
  NodeSelection selection() {
    List<SelectedNode> selected = new ArrayList<>(looks.size());
    List<OfNode> refused = new ArrayList<>();
    Map<InetAddress, String> owners = HashMap.newHashMap(looks.size());
    for (Look look : looks.values()) {
      if (look.usable.isEmpty()) {
        refused.add(look.refused());
        continue;
      }
      InetAddress address = look.usable.get().address();
      String owner = owners.putIfAbsent(address, look.node);
      if (owner == null) {
        selected.add(look.usable.get());
      } else {
        refused.add(look.sharesAddressWith(owner, address));
      }
    }
    return new NodeSelection(selected, refused, false);
  }

  private Look look(ClusterNode node) {
    List<Verdict> verdicts = new ArrayList<>(4);
    Optional<InetAddress> address = address(node);
    boolean usable =
        matches(purpose.selector, Optional.of(node), verdicts)
            && included(node, verdicts)
            && connected(node, verdicts)
            && reachable(node, address, verdicts);
    List<Verdict> all = List.copyOf(verdicts);
    return new Look(
        node.name(),
        address.filter(_ -> usable).map(known -> new SelectedNode(node, known, all)),
        all);
  }

  /** Whether the labels match; a Node that is not known has none that do. */
  static boolean matches(
      Optional<LabelSelector> selector, Optional<ClusterNode> node, List<Verdict> verdicts) {
    if (selector.isEmpty()) {
      return true;
    }
    boolean matches = node.filter(known -> selector.get().matches(known.labels())).isPresent();
    String answer = matches ? "match " : "do not match ";
    verdicts.add(new Verdict("labels", answer + selector.get(), !matches));
    return matches;
  }

  private boolean included(ClusterNode node, List<Verdict> verdicts) {
    String value = node.labels().get(NodeSelection.EXCLUSION_LABEL);
    if (value == null || FALSE.contains(value)) {
      verdicts.add(new Verdict("label", "not excluded", false));
      return true;
    }
    String found = NodeSelection.EXCLUSION_LABEL + "=" + value;
    boolean honoured = purpose.honoursExclusion;
    verdicts.add(new Verdict("label", honoured ? found : found + " is ignored", honoured));
    return !honoured;
  }

  private static boolean connected(ClusterNode node, List<Verdict> verdicts) {
    if (node.networkUnavailable()) {
      verdicts.add(new Verdict("network", "condition NetworkUnavailable is True", true));
    }
    return !node.networkUnavailable();
  }

  private boolean reachable(
      ClusterNode node, Optional<InetAddress> address, List<Verdict> verdicts) {
    if (address.isEmpty()) {
      verdicts.add(new Verdict("address", "the Node has no " + addressType() + ofFamily(), true));
      return false;
    }
    boolean written = WrittenNodeAddress.of(node).contains(address.get());
    String origin = written ? "annotation " + WrittenNodeAddress.ANNOTATION : addressType();
    verdicts.add(new Verdict("address", origin + " " + Addresses.text(address.get()), false));
    return true;
  }

  private Optional<InetAddress> address(ClusterNode node) {
    List<InetAddress> addresses =
        WrittenNodeAddress.first(
                node,
                switch (purpose.wanted) {
                  case INTERNAL -> node.internalAddresses();
                  case EXTERNAL -> node.externalAddresses();
                })
            .toList();
    if (purpose.families.isEmpty()) {
      return addresses.stream().findFirst();
    }
    return purpose.families.stream()
        .flatMap(family -> addresses.stream().filter(a -> IpFamily.of(a) == family))
        .findFirst();
  }

  private String ofFamily() {
    return purpose.families.size() == 1 ? " of " + purpose.families.getFirst() : "";
  }

  private String addressType() {
    return switch (purpose.wanted) {
      case INTERNAL -> "InternalIP";
      case EXTERNAL -> "ExternalIP";
    };
  }
}
