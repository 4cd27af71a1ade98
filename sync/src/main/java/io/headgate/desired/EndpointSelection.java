package io.headgate.desired;

import io.headgate.desired.Supply.Condition;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.Explanation.OfNode;
import io.headgate.model.Explanation.Verdict;
import io.headgate.model.LabelSelector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The endpoints of a Service as a route's backends, for one without NodePorts: host-network pods,
 * or pods to which the edge has a route. Their Node's end is theirs, too; the label that excludes
 * Nodes from load balancers is about NodePorts and says nothing here. Used once, by one thread.
 */
final class EndpointSelection {
  private final ClusterView cluster;
  private final Port port;
  private final Optional<LabelSelector> selector;
  private final List<Candidate> candidates = new ArrayList<>();
  private final List<OfNode> refused = new ArrayList<>();
  private final Set<InetSocketAddress> taken = new HashSet<>();
  private boolean allOnNodes = true;

  private EndpointSelection(ClusterView cluster, Port port, Optional<LabelSelector> selector) {
    this.cluster = cluster;
    this.port = port;
    this.selector = selector;
  }

  static Selection of(ClusterView cluster, ServiceSettings settings, Port port, boolean asked) {
    ClusterService service = settings.service();
    var selection = new EndpointSelection(cluster, port, settings.nodes());
    Families.once(cluster.snapshot().endpoints(service.key()), service.request().families())
        .forEach(selection::look);
    List<Note> notes = new ArrayList<>(cluster.notes());
    notes.addAll(selection.notes(service, asked));
    return new Selection(selection.candidates, selection.refused, notes, Optional.of(service));
  }

  private void look(ClusterEndpoint endpoint) {
    Integer number = endpoint.ports().get(port.name());
    Optional<InetAddress> address =
        Addresses.parse(endpoint.address()).filter(known -> !known.isAnyLocalAddress());
    if (number == null || address.isEmpty()) {
      return;
    }
    var socket = new InetSocketAddress(address.get(), number);
    Optional<ClusterNode> node = endpoint.node().map(name -> cluster.snapshot().nodes().get(name));
    String name = endpoint.node().orElse(Addresses.text(socket));
    List<Verdict> verdicts = new ArrayList<>(2);
    if (!NodeLooks.matches(selector, node, verdicts)) {
      refused.add(new OfNode(name, Addresses.text(socket), Optional.empty(), verdicts));
    } else if (taken.add(socket)) {
      verdicts.add(new Verdict("address", "endpoint " + Addresses.text(socket), false));
      candidates.add(
          new Candidate(name, socket, node, new Supply.Endpoint(Condition.of(endpoint)), verdicts));
      allOnNodes &= node.map(known -> hasAddress(known, address.get())).orElse(false);
    }
  }

  private static boolean hasAddress(ClusterNode node, InetAddress address) {
    return node.internalAddresses().contains(address) || node.externalAddresses().contains(address);
  }

  private List<Note> notes(ClusterService service, boolean asked) {
    List<Note> notes = new ArrayList<>();
    boolean none = candidates.stream().allMatch(candidate -> candidate.supply().weight() == 0);
    if (none && candidates.isEmpty() && !refused.isEmpty()) {
      notes.add(
          Note.alarm("UnAvailableLoadBalancer", "every endpoint is on a node that is not used"));
    } else if (none) {
      notes.add(ServiceSelection.noEndpoints(service));
    }
    if (!asked && !allOnNodes) {
      notes.add(Note.alarm("NodePortMissing", MissingService.endpointsInstead(service, port)));
    }
    return notes;
  }
}
