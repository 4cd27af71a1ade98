package io.headgate.desired;

import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.model.Explanation.OfNode;
import java.util.List;

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

  NodeSelection {
    selected = List.copyOf(selected);
    refused = List.copyOf(refused);
  }

  /** Makes a selection, with the exclusion label honoured or not. */
  interface Looking {
    NodeSelection selection(boolean honoursExclusion);
  }

  static NodeSelection of(NodeExclusion exclusion, Looking looking) {
    return switch (exclusion) {
      case HONOR -> looking.selection(true);
      case IGNORE -> looking.selection(false);
      case AUTO -> {
        NodeSelection honoured = looking.selection(true);
        if (!honoured.selected.isEmpty()) {
          yield honoured;
        }
        NodeSelection ignored = looking.selection(false);
        yield ignored.selected.isEmpty()
            ? honoured
            : new NodeSelection(ignored.selected, ignored.refused, true);
      }
    };
  }
}
