package io.headgate.desired;

import io.headgate.model.ClusterService;
import io.headgate.model.HealthPolicy;
import io.headgate.model.HealthReport;
import io.headgate.model.IpFamily;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProbeTarget.Kind;
import io.headgate.model.ProxyProtocol;
import io.headgate.model.RoutePolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** How the backends of one route are probed. */
final class Probing {
  /** Where kube-proxy answers for its node (KEP-3836). */
  static final int KUBE_PROXY_PORT = 10256;

  private static final String KUBE_PROXY_PATH = "/healthz";

  private final RoutePolicy policy;
  private final int healthCheckNodePort;
  private final boolean local;
  private final boolean kubeProxyAnswers;
  private final int sharedNodePort;

  /**
   * Of one route.
   *
   * @param sharedNodePort see {@link SharedProbe}
   */
  Probing(RoutePolicy policy, Selection selection, HealthReport health, int sharedNodePort) {
    this.policy = policy;
    this.sharedNodePort = sharedNodePort;
    this.healthCheckNodePort =
        selection.service().map(ClusterService::healthCheckNodePort).orElse(0);
    this.local = selection.service().map(ClusterService::localTraffic).orElse(false);
    this.kubeProxyAnswers =
        policy.health().type() == HealthPolicy.Type.AUTO
            && selection.service().isPresent()
            && selection.candidates().stream()
                .anyMatch(candidate -> health.probe(kubeProxy(candidate)).everAnswered());
  }

  /**
   * How to probe one backend.
   *
   * @param header what goes before anything else where the backend itself is asked
   */
  ProbePlan plan(Candidate candidate, ProxyProtocol header) {
    return switch (policy.health().type()) {
      case OFF -> new ProbePlan.Off();
      case AUTO -> automatic(candidate, header);
      case TCP -> own(candidate, Kind.TCP, header);
      case HTTP -> own(candidate, Kind.HTTP, header);
      case HTTPS -> own(candidate, Kind.HTTPS, header);
      case TLS -> own(candidate, Kind.TLS, header);
    };
  }

  private ProbePlan automatic(Candidate candidate, ProxyProtocol header) {
    return switch (candidate.supply()) {
      case Supply.Unknown _ -> ProbePlan.ask(connect(candidate, header), false);
      case Supply.Endpoint endpoint when endpoint.weight() == 0 -> new ProbePlan.Silent();
      case Supply.Endpoint _ -> ProbePlan.ask(connect(candidate, header), false);
      case Supply.Local local when local.weight() == 0 -> new ProbePlan.Silent();
      case Supply.Local _ ->
          healthCheckNodePort > 0
              ? ProbePlan.ask(http(candidate, healthCheckNodePort), true)
              : ProbePlan.ask(connect(candidate, header), false);
      case Supply.Anywhere _, Supply.Hinted _ -> cluster(candidate, header);
      case Supply.Nowhere _ -> withoutEndpoints(candidate);
    };
  }

  /**
   * kube-proxy's own answer; until it has answered on any node (it need not listen, and Cilium does
   * not unless told to) a connection to the NodePort says what can be said.
   */
  private ProbePlan cluster(Candidate candidate, ProxyProtocol header) {
    ProbeTarget kubeProxy = kubeProxy(candidate);
    if (kubeProxyAnswers) {
      return ProbePlan.ask(kubeProxy, true);
    }
    ProbeTarget connect =
        sharedNodePort == 0
            ? connect(candidate, header)
            : target(candidate, sharedNodePort, Kind.TCP, "", ProxyProtocol.OFF);
    return new ProbePlan.Ask(List.of(kubeProxy, connect), connect, false);
  }

  /** A NodePort without endpoints is refused by every node: no node is to blame. */
  private ProbePlan withoutEndpoints(Candidate candidate) {
    if (local) {
      return new ProbePlan.Silent();
    }
    ProbeTarget kubeProxy = kubeProxy(candidate);
    return kubeProxyAnswers
        ? ProbePlan.ask(kubeProxy, true)
        : new ProbePlan.Paused(List.of(kubeProxy));
  }

  /** A probe of the operator's choice. */
  private ProbePlan own(Candidate candidate, Kind kind, ProxyProtocol header) {
    int port = portOr(candidate.address().getPort());
    boolean atBackend = port == candidate.address().getPort();
    boolean nothingThere = candidate.supply() instanceof Supply.Nowhere;
    if (nothingThere && atBackend && !local) {
      return new ProbePlan.Paused(List.of());
    }
    boolean itself = candidate.supply() instanceof Supply.Endpoint;
    if ((local || itself) && candidate.supply().weight() == 0) {
      return new ProbePlan.Silent();
    }
    boolean kubeProxy =
        kind == Kind.HTTP
            && candidate.clusterNode().isPresent()
            && !itself
            && (port == KUBE_PROXY_PORT || port == healthCheckNodePort);
    String path = kind == Kind.HTTP || kind == Kind.HTTPS ? policy.health().path() : "";
    return ProbePlan.ask(
        target(candidate, port, kind, path, atBackend ? header : ProxyProtocol.OFF), kubeProxy);
  }

  private ProbeTarget connect(Candidate candidate, ProxyProtocol header) {
    int backendPort = candidate.address().getPort();
    int port =
        switch (candidate.supply()) {
          case Supply.Unknown _, Supply.Endpoint _ -> portOr(backendPort);
          case Supply.Anywhere _, Supply.Hinted _, Supply.Local _, Supply.Nowhere _ -> backendPort;
        };
    return target(candidate, port, Kind.TCP, "", port == backendPort ? header : ProxyProtocol.OFF);
  }

  private ProbeTarget kubeProxy(Candidate candidate) {
    return http(candidate, portOr(KUBE_PROXY_PORT));
  }

  private ProbeTarget http(Candidate candidate, int port) {
    return target(candidate, port, Kind.HTTP, KUBE_PROXY_PATH, ProxyProtocol.OFF);
  }

  private ProbeTarget target(
      Candidate candidate, int port, Kind kind, String path, ProxyProtocol header) {
    HealthPolicy health = policy.health();
    return new ProbeTarget(
        new InetSocketAddress(candidate.address().getAddress(), port),
        kind,
        path,
        header,
        source(policy, candidate),
        health.interval(),
        health.timeout());
  }

  /** Probes come from the first source address, whichever the clients' connections come from. */
  static Optional<InetAddress> source(RoutePolicy policy, Candidate candidate) {
    return policy.sourceAddresses().first(IpFamily.of(candidate.address().getAddress()));
  }

  private int portOr(int implied) {
    return policy.health().port() == 0 ? implied : policy.health().port();
  }
}
