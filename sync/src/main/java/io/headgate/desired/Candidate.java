package io.headgate.desired;

import io.headgate.model.Addresses;
import io.headgate.model.ClusterNode;
import io.headgate.model.Explanation.Verdict;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A backend that is selected, before anything is asked about its health.
 *
 * @param node the Node's name; of a fixed backend its {@code address:port}
 * @param clusterNode empty for a fixed backend
 * @param verdicts why it is selected
 */
record Candidate(
    String node,
    InetSocketAddress address,
    Optional<ClusterNode> clusterNode,
    Supply supply,
    List<Verdict> verdicts) {

  /** By node name, then by address: the order of a route's backends. */
  static final Comparator<Candidate> ORDER =
      Comparator.comparing(Candidate::node)
          .thenComparing(c -> c.address().getAddress().getAddress(), Arrays::compareUnsigned)
          .thenComparingInt(c -> c.address().getPort());

  boolean isIn(String zone) {
    return clusterNode.isPresent() && Zones.isIn(clusterNode.get(), zone);
  }

  /** Its share of new connections when nothing is wrong, in units of a backend's weight. */
  int weight() {
    return byNode(supply.weight());
  }

  /** {@link Supply#whole} of it, in the same units. */
  int whole() {
    return byNode(supply.whole());
  }

  /** The same where there is nothing better: one in reserve then takes connections, too. */
  int weightAtWorst() {
    boolean reserve = supply instanceof Supply.Hinted || supply.weight() > 0;
    return reserve ? Math.max(1, weight()) : weight();
  }

  /** What the administrator makes of it for its Node. */
  private int byNode(int weight) {
    int percent = clusterNode.map(NodeWeight::percent).orElse(NodeWeight.ORDINARY);
    return weight == 0 || percent == 0
        ? 0
        : Math.clamp((long) weight * percent / 100, 1, Integer.MAX_VALUE);
  }

  static Candidate fixed(InetSocketAddress address) {
    return new Candidate(
        Addresses.text(address),
        address,
        Optional.empty(),
        new Supply.Unknown(),
        List.of(new Verdict("route", "named in the configuration", false)));
  }

  /** The same by another name. */
  Candidate named(String name) {
    return name.equals(node) ? this : new Candidate(name, address, clusterNode, supply, verdicts);
  }

  /** An address that another load balancer has given a Service. */
  static Candidate given(InetSocketAddress address) {
    return new Candidate(
        Addresses.text(address),
        address,
        Optional.empty(),
        new Supply.Unknown(),
        List.of(new Verdict("status", "the Service's address by another load balancer", false)));
  }

  static Candidate of(SelectedNode selected, int port, Supply supply) {
    return new Candidate(
        selected.node().name(),
        new InetSocketAddress(selected.address(), port),
        Optional.of(selected.node()),
        supply,
        selected.verdicts());
  }
}
