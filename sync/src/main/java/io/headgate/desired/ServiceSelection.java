package io.headgate.desired;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The NodePorts of a Service as a route's backends, or what is missing for it. */
final class ServiceSelection {
  private final ClusterView cluster;
  private final ClusterService service;
  private final Port port;

  private ServiceSelection(ClusterView cluster, ClusterService service, Port port) {
    this.cluster = cluster;
    this.service = service;
    this.port = port;
  }

  static Selection of(Source.Service source, ClusterView cluster) {
    ClusterService service = cluster.snapshot().services().get(source.service());
    if (service == null) {
      return missing(cluster, MissingService.noService(source.service(), cluster));
    }
    Optional<Port> port = service.port(source.port());
    if (port.isEmpty()) {
      return missing(cluster, MissingService.noPort(service, source.port()));
    }
    if (port.get().nodePort() == 0) {
      return missing(cluster, MissingService.noNodePort(service, port.get()));
    }
    return new ServiceSelection(cluster, service, port.get()).selection();
  }

  private static Selection missing(ClusterView cluster, String what) {
    List<Note> notes = new ArrayList<>(cluster.notes());
    notes.add(Note.alarm(what));
    return Selection.nothing(notes);
  }

  private Selection selection() {
    var endpoints = ServiceEndpoints.of(cluster.snapshot().endpoints(service.key()), port.name());
    NodeSelection nodes = cluster.everyNode();
    List<Candidate> candidates =
        nodes.selected().stream()
            .map(node -> Candidate.of(node, port.nodePort(), supply(endpoints, node.node().name())))
            .toList();
    List<Note> notes = new ArrayList<>(cluster.notes());
    notes.addAll(Selection.notes(nodes));
    notes.addAll(notes(endpoints, candidates));
    return new Selection(candidates, nodes.refused(), notes, Optional.of(service));
  }

  private Supply supply(ServiceEndpoints endpoints, String node) {
    if (endpoints.none()) {
      return new Supply.Nowhere();
    }
    return service.localTraffic()
        ? endpoints.local(node)
        : new Supply.Anywhere(endpoints.ready() == 0);
  }

  private List<Note> notes(ServiceEndpoints endpoints, List<Candidate> candidates) {
    if (endpoints.none()) {
      return List.of(
          Note.alarm(
              "NO_ENDPOINTS: no endpoint of Service "
                  + service.key()
                  + " is ready; clients are refused until one is"));
    }
    List<Note> notes = new ArrayList<>();
    if (endpoints.ready() == 0) {
      notes.add(Note.remark("only terminating endpoints are left; they are kept in use"));
    }
    if (service.localTraffic()) {
      notes.addAll(localNotes(endpoints, candidates));
    }
    return notes;
  }

  private static List<Note> localNotes(ServiceEndpoints endpoints, List<Candidate> candidates) {
    List<Note> notes = new ArrayList<>();
    int here =
        candidates.stream()
            .map(candidate -> endpoints.local(candidate.node()))
            .mapToInt(local -> local.ready() + local.terminating())
            .sum();
    int elsewhere = endpoints.ready() + endpoints.terminating() - endpoints.withoutNode() - here;
    if (elsewhere > 0) {
      notes.add(
          Note.remark(
              "externalTrafficPolicy is Local and %d endpoint(s) are on nodes that are not used"
                  .formatted(elsewhere)));
    }
    if (endpoints.withoutNode() > 0) {
      notes.add(
          Note.remark(
              "externalTrafficPolicy is Local and %d endpoint(s) name no node: they count for none"
                  .formatted(endpoints.withoutNode())));
    }
    return notes;
  }
}
