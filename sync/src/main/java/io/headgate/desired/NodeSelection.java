package io.headgate.desired;

import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterNode;
import io.headgate.model.Explanation.OfNode;
import io.headgate.model.Explanation.Verdict;
import io.headgate.model.IpFamily;
import io.headgate.model.LabelSelector;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The Nodes of a cluster that routes may use, as the reference service controller selects them
 * (kubernetes/cloud-provider, {@code stableNodeSetPredicates}) but for Nodes that are about to
 * leave: those stay selected and drain. Neither Ready (KEP-3458) nor unschedulable
 * (kubernetes/kubernetes 90823) plays a part.
 *
 * @param selected in the order of the nodes given
 * @param refused every other Node, with the reason
 * @param exclusionIgnored honouring the exclusion label would have left no Node
 */
record NodeSelection(List<SelectedNode> selected, List<OfNode> refused, boolean exclusionIgnored) {
  static final String EXCLUSION_LABEL = "node.kubernetes.io/exclude-from-external-load-balancers";

  /** What Go's {@code strconv.ParseBool} takes for false; anything else excludes. */
  private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

  NodeSelection {
    selected = List.copyOf(selected);
    refused = List.copyOf(refused);
  }

  /**
   * Looks at every Node.
   *
   * @param nodes sorted by name
   * @param selector that the labels must match, empty for every Node
   * @param families of the address, the preferred one first; empty for the Node's own order.
   *     kube-proxy serves a NodePort only in the families of its Service
   */
  static NodeSelection of(
      List<ClusterNode> nodes,
      Optional<LabelSelector> selector,
      NodeExclusion exclusion,
      NodeAddress wanted,
      List<IpFamily> families) {
    return switch (exclusion) {
      case HONOR -> new Pass(selector, wanted, families, true).over(nodes);
      case IGNORE -> new Pass(selector, wanted, families, false).over(nodes);
      case AUTO -> {
        NodeSelection honoured = new Pass(selector, wanted, families, true).over(nodes);
        if (!honoured.selected.isEmpty()) {
          yield honoured;
        }
        NodeSelection ignored = new Pass(selector, wanted, families, false).over(nodes);
        yield ignored.selected.isEmpty()
            ? honoured
            : new NodeSelection(ignored.selected, ignored.refused, true);
      }
    };
  }

  /** One way through all Nodes. Used once, by one thread. */
  private static final class Pass {
    private final Optional<LabelSelector> selector;
    private final NodeAddress wanted;
    private final List<IpFamily> families;
    private final boolean honourExclusion;
    private final List<SelectedNode> selected = new ArrayList<>();
    private final List<OfNode> refused = new ArrayList<>();
    private final Map<InetAddress, String> owners = new HashMap<>();

    Pass(
        Optional<LabelSelector> selector,
        NodeAddress wanted,
        List<IpFamily> families,
        boolean honourExclusion) {
      this.selector = selector;
      this.wanted = wanted;
      this.families = families;
      this.honourExclusion = honourExclusion;
    }

    NodeSelection over(List<ClusterNode> nodes) {
      nodes.forEach(this::look);
      return new NodeSelection(selected, refused, false);
    }

    private void look(ClusterNode node) {
      List<Verdict> verdicts = new ArrayList<>(4);
      Optional<InetAddress> address = address(node);
      boolean usable =
          matches(node, verdicts)
              && included(node, verdicts)
              && connected(node, verdicts)
              && reachable(node, address, verdicts);
      if (usable && address.isPresent()) {
        selected.add(new SelectedNode(node, address.get(), verdicts));
      } else {
        refused.add(new OfNode(node.name(), "", Optional.empty(), verdicts));
      }
    }

    private boolean matches(ClusterNode node, List<Verdict> verdicts) {
      if (selector.isEmpty()) {
        return true;
      }
      boolean matches = selector.get().matches(node.labels());
      String answer = matches ? "match " : "do not match ";
      verdicts.add(new Verdict("labels", answer + selector.get(), !matches));
      return matches;
    }

    private boolean included(ClusterNode node, List<Verdict> verdicts) {
      String value = node.labels().get(EXCLUSION_LABEL);
      if (value == null || FALSE.contains(value)) {
        verdicts.add(new Verdict("label", "not excluded", false));
        return true;
      }
      String found = EXCLUSION_LABEL + "=" + value;
      verdicts.add(
          new Verdict("label", honourExclusion ? found : found + " is ignored", honourExclusion));
      return !honourExclusion;
    }

    private boolean connected(ClusterNode node, List<Verdict> verdicts) {
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
      String text = Addresses.text(address.get());
      String owner = owners.putIfAbsent(address.get(), node.name());
      if (owner != null) {
        verdicts.add(new Verdict("address", text + " is already that of " + owner, true));
        return false;
      }
      boolean written = WrittenNodeAddress.of(node).contains(address.get());
      verdicts.add(
          new Verdict(
              "address",
              (written ? "annotation " + WrittenNodeAddress.ANNOTATION : addressType())
                  + " "
                  + text,
              false));
      return true;
    }

    private Optional<InetAddress> address(ClusterNode node) {
      List<InetAddress> addresses =
          WrittenNodeAddress.first(
                  node,
                  switch (wanted) {
                    case INTERNAL -> node.internalAddresses();
                    case EXTERNAL -> node.externalAddresses();
                  })
              .toList();
      if (families.isEmpty()) {
        return addresses.stream().findFirst();
      }
      return families.stream()
          .flatMap(family -> addresses.stream().filter(a -> IpFamily.of(a) == family))
          .findFirst();
    }

    private String ofFamily() {
      return families.size() == 1 ? " of " + families.getFirst() : "";
    }

    private String addressType() {
      return switch (wanted) {
        case INTERNAL -> "InternalIP";
        case EXTERNAL -> "ExternalIP";
      };
    }
  }
}
