package io.headgate.desired;

import io.headgate.model.ClusterNode;
import io.headgate.model.Explanation.Verdict;
import java.net.InetAddress;
import java.util.List;

/**
 * A Node that routes may use.
 *
 * @param address where connections to it go
 * @param verdicts why it is selected
 */
record SelectedNode(ClusterNode node, InetAddress address, List<Verdict> verdicts) {
  SelectedNode {
    verdicts = List.copyOf(verdicts);
  }
}
