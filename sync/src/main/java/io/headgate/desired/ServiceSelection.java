package io.headgate.desired;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.IpFamily;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is behind a Service as a route's backends, or what is missing for it. */
final class ServiceSelection {
  private static final String OTHER_PROXY = "service.kubernetes.io/service-proxy-name";

  private final ClusterView cluster;
  private final ServiceSettings settings;
  private final ClusterService service;
  private final Port port;

  private ServiceSelection(ClusterView cluster, ServiceSettings settings, Port port) {
    this.cluster = cluster;
    this.settings = settings;
    this.service = settings.service();
    this.port = port;
  }

  /**
   * Chooses them.
   *
   * @param settings empty where there is no such Service
   */
  static Selection of(
      Source.Service source, Optional<ServiceSettings> settings, ClusterView cluster) {
    if (settings.isEmpty()) {
      return missing(cluster, MissingService.noService(source.service(), cluster));
    }
    ClusterService service = settings.get().service();
    Optional<Port> port = service.port(source.port());
    if (port.isEmpty()) {
      return missing(cluster, MissingService.noPort(service, source.port()));
    }
    return new ServiceSelection(cluster, settings.get(), port.get()).selection();
  }

  private static Selection missing(ClusterView cluster, String what) {
    List<Note> notes = new ArrayList<>(cluster.notes());
    notes.add(Note.alarm(what));
    return Selection.nothing(notes);
  }

  private Selection selection() {
    return switch (settings.backend()) {
      case AUTO -> port.nodePort() != 0 ? nodePorts() : instead();
      case NODE ->
          port.nodePort() != 0
              ? nodePorts()
              : missing(cluster, MissingService.noNodePort(service, port));
      case ENDPOINT -> EndpointSelection.of(cluster, settings, port, true);
      case LOAD_BALANCER_IP -> given();
    };
  }

  private Selection instead() {
    return service.type() == ClusterService.Type.EXTERNAL_NAME
        ? missing(cluster, MissingService.noNodePort(service, port))
        : EndpointSelection.of(cluster, settings, port, false);
  }

  /** In front of another load balancer: what it has given the Service is the backend. */
  private Selection given() {
    List<InetAddress> all =
        service.request().given().stream()
            .flatMap(given -> Addresses.parse(given.ip()).stream())
            .distinct()
            .toList();
    if (all.isEmpty()) {
      return missing(cluster, MissingService.notGiven(service));
    }
    IpFamily family =
        service.request().families().stream()
            .filter(wanted -> all.stream().anyMatch(address -> IpFamily.of(address) == wanted))
            .findFirst()
            .orElse(IpFamily.of(all.getFirst()));
    List<Candidate> candidates =
        all.stream()
            .filter(address -> IpFamily.of(address) == family)
            .map(address -> Candidate.given(new InetSocketAddress(address, port.port())))
            .toList();
    return new Selection(candidates, List.of(), cluster.notes(), Optional.empty());
  }

  private Selection nodePorts() {
    List<IpFamily> families = service.request().families();
    var endpoints =
        ServiceEndpoints.of(
            Families.once(cluster.snapshot().endpoints(service.key()), families), port.name());
    NodeSelection nodes = cluster.choices().of(settings.nodes(), families);
    List<Candidate> candidates =
        nodes.selected().stream()
            .map(node -> Candidate.of(node, port.nodePort(), supply(endpoints, node.node().name())))
            .toList();
    List<Note> notes = new ArrayList<>(cluster.notes());
    notes.addAll(Selection.notes(nodes));
    notes.addAll(notes(endpoints, candidates));
    if (service.request().labels().containsKey(OTHER_PROXY)) {
      notes.add(
          Note.alarm(
              "ServiceProxyName",
              "label " + OTHER_PROXY + ": kube-proxy leaves the NodePort alone, it may be dead"));
    }
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

  static Note noEndpoints(ClusterService service) {
    return Note.alarm(
        "NoEndpoints",
        "NO_ENDPOINTS: no endpoint of Service "
            + service.key()
            + " is ready; clients are refused until one is");
  }

  private List<Note> notes(ServiceEndpoints endpoints, List<Candidate> candidates) {
    if (endpoints.none()) {
      return List.of(noEndpoints(service));
    }
    List<Note> notes = new ArrayList<>();
    if (endpoints.ready() == 0) {
      notes.add(Note.remark("only terminating endpoints are left; they are kept in use"));
    }
    if (service.localTraffic()) {
      notes.addAll(localNotes(endpoints, candidates));
    } else if (!service.request().clientAffinity().isZero()) {
      notes.add(
          Note.remark(
              "sessionAffinity is ClientIP and externalTrafficPolicy is Cluster: kube-proxy sees only"
                  + " this edge's address, so that all clients may meet in one pod behind a node;"
                  + " use externalTrafficPolicy: Local"));
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
