package io.headgate.desired;

import io.headgate.config.RouteConfig.Source;
import io.headgate.desired.ServiceAnnotations.BackendMode;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterEndpoint;
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

  /** From what a Service's backends are made. */
  enum Way {
    NODE_PORTS,
    ENDPOINTS,
    /** The address that another load balancer has given the Service. */
    LOAD_BALANCER_IP,
    /** Something is missing. */
    NONE
  }

  static Way way(Source.Service source, ServiceSettings settings) {
    return settings
        .service()
        .port(source.port())
        .map(port -> way(settings.service(), settings.backend(), port))
        .orElse(Way.NONE);
  }

  private static Way way(ClusterService service, BackendMode mode, Port port) {
    boolean nodePort = port.nodePort() != 0;
    return switch (mode) {
      case AUTO -> {
        if (nodePort) {
          yield Way.NODE_PORTS;
        }
        yield service.type() == ClusterService.Type.EXTERNAL_NAME ? Way.NONE : Way.ENDPOINTS;
      }
      case NODE -> nodePort ? Way.NODE_PORTS : Way.NONE;
      case ENDPOINT -> Way.ENDPOINTS;
      case LOAD_BALANCER_IP -> Way.LOAD_BALANCER_IP;
    };
  }

  private Selection selection() {
    return switch (way(service, settings.backend(), port)) {
      case NODE_PORTS -> nodePorts();
      case ENDPOINTS ->
          EndpointSelection.of(cluster, settings, port, settings.backend() == BackendMode.ENDPOINT);
      case LOAD_BALANCER_IP -> given();
      case NONE -> missing(cluster, MissingService.noNodePort(service, port));
    };
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
    List<ClusterEndpoint> all = cluster.snapshot().endpoints(service.key());
    var endpoints = ServiceEndpoints.of(Families.once(all, families), port.name());
    NodeChoices.Choice choice = cluster.choices().of(NodeChoices.Question.of(settings));
    List<SelectedNode> nodes = nodes(service, all, choice.ring(), cluster);
    Optional<TopologyHints> hints =
        service.localTraffic()
            ? Optional.empty()
            : TopologyHints.of(Families.once(all, families), port.name(), nodes);
    List<Candidate> candidates =
        nodes.stream()
            .map(node ->
                Candidate.of(
                    node,
                    port.nodePort(),
                    hints
                        .map(known -> known.supply(node))
                        .orElseGet(() -> supply(endpoints, node.node().name()))))
            .toList();
    List<Note> notes = new ArrayList<>(cluster.notes());
    notes.addAll(Selection.notes(choice.nodes()));
    notes.addAll(notes(endpoints, candidates));
    hints.ifPresent(known -> notes.addAll(known.notes()));
    if (choice.ring().more(cluster.nodesPerService())) {
      notes.add(someNodes());
    }
    if (service.request().labels().containsKey(OTHER_PROXY)) {
      notes.add(
          Note.alarm(
              "ServiceProxyName",
              "label " + OTHER_PROXY + ": kube-proxy leaves the NodePort alone, it may be dead"));
    }
    return new Selection(candidates, choice.nodes().refused(), notes, Optional.of(service));
  }

  /**
   * The Nodes whose NodePort is used. Under the Cluster policy each of them reaches every endpoint,
   * so that some of many are enough; under the Local policy those of many that have an endpoint.
   */
  static List<SelectedNode> nodes(
      ClusterService service, List<ClusterEndpoint> endpoints, NodeRing ring, ClusterView cluster) {
    int most = cluster.nodesPerService();
    return service.localTraffic() && ring.more(most)
        ? endpoints.stream()
            .flatMap(endpoint -> endpoint.node().stream())
            .distinct()
            .sorted()
            .flatMap(node -> ring.named(node).stream())
            .toList()
        : ring.some(service.key().toString(), most);
  }

  private Note someNodes() {
    return Note.remark(
        service.localTraffic()
            ? "of the cluster's nodes those with an endpoint are listed"
            : "of the cluster's nodes %d are used for this Service (kubernetes.nodes-per-service)"
                .formatted(cluster.nodesPerService()));
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
