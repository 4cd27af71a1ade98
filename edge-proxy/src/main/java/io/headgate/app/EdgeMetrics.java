package io.headgate.app;

import com.codahale.metrics.MetricRegistry;
import io.headgate.admin.AddressesView.PoolView;
import io.headgate.admin.JvmMetrics;
import io.headgate.admin.MetricFamily;
import io.headgate.admin.MetricFamily.Sample;
import io.headgate.desired.ProxyComparison;
import io.headgate.kubernetes.WatchStatus;
import io.headgate.kubernetes.WriterStatus;
import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeTarget;
import io.headgate.model.Route;
import io.headgate.relay.CloseReason;
import io.headgate.relay.RelayCounters;
import io.headgate.relay.RelayCounters.ConnectTimes;
import io.headgate.relay.RelayCounters.OfBackend;
import io.headgate.relay.RelayCounters.OfRoute;
import io.headgate.relay.RelayCounters.OfSource;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** A moment as metrics. Names and labels are promises to dashboards: add, never rename. */
final class EdgeMetrics {
  /** Of more backends only those of routes that a connection has come to are listed one by one. */
  private static final int MOST_BACKENDS = 20_000;

  private final ConfigReload reload;
  private final JvmMetrics jvm = JvmMetrics.in(new MetricRegistry());

  EdgeMetrics(ConfigReload reload) {
    this.reload = reload;
  }

  List<MetricFamily> of(Moment now) {
    List<MetricFamily> families = new ArrayList<>();
    edge(now, families);
    routes(now.counters().routes(), families);
    sources(now.counters(), families);
    backends(now, families);
    probes(now, families);
    cluster(now, families);
    services(now, families);
    writer(now, families);
    families.addAll(TakeoverMetrics.of(now.takeover(), now.peers()));
    reloads(families);
    families.addAll(jvm.families());
    return families;
  }

  private static void edge(Moment now, List<MetricFamily> families) {
    families.add(
        MetricFamily.gauge(
            "headgate_build_info",
            "Always 1; the version is a label.",
            List.of(value(Map.of("version", Version.TEXT), 1))));
    families.add(
        MetricFamily.gauge(
            "headgate_connections",
            "Connections that are being relayed.",
            (double) now.counters().active()));
    families.add(
        MetricFamily.gauge(
            "headgate_connections_limit",
            "Connections that are allowed at most.",
            (double) now.counters().limit()));
    families.add(
        MetricFamily.counter(
            "headgate_connections_refused_total",
            "Connections turned away, by reason.",
            byReason(Map.of(), now.counters().refused())));
    families.add(
        MetricFamily.gauge(
            "headgate_table_generation",
            "Generation of the table in use; grows with every change.",
            (double) now.state().table().generation()));
    families.add(
        MetricFamily.gauge(
            "headgate_listener_bound",
            "1 where the listener is bound, 0 where it cannot be.",
            now.listeners().stream()
                .map(status ->
                    value(
                        Map.of("listener", status.listener().toString(), "route", status.route()),
                        status.problem().isEmpty() ? 1 : 0))
                .toList()));
  }

  private static void routes(List<OfRoute> routes, List<MetricFamily> families) {
    Function<ToDoubleFunction<OfRoute>, List<Sample>> perRoute =
        figure ->
            routes.stream()
                .map(route -> value(Map.of("route", route.route()), figure.applyAsDouble(route)))
                .toList();
    families.add(
        MetricFamily.gauge(
            "headgate_route_connections",
            "Connections of the route now.",
            perRoute.apply(OfRoute::active)));
    families.add(
        MetricFamily.gauge(
            "headgate_route_waiting_connections",
            "Connections that wait for a backend now.",
            perRoute.apply(OfRoute::waiting)));
    families.add(
        MetricFamily.counter(
            "headgate_route_accepted_total",
            "Connections accepted.",
            perRoute.apply(OfRoute::accepted)));
    families.add(
        MetricFamily.counter(
            "headgate_route_received_bytes_total",
            "Bytes from clients to backends.",
            perRoute.apply(OfRoute::fromClientBytes)));
    families.add(
        MetricFamily.counter(
            "headgate_route_sent_bytes_total",
            "Bytes from backends to clients.",
            perRoute.apply(OfRoute::toClientBytes)));
    families.add(
        MetricFamily.counter(
            "headgate_route_connect_retries_total",
            "Attempts to connect beyond the first of a connection.",
            perRoute.apply(OfRoute::connectRetries)));
    families.add(
        MetricFamily.counter(
            "headgate_route_closed_total",
            "Connections ended, by reason.",
            routes.stream()
                .flatMap(route -> byReason(Map.of("route", route.route()), route.closed()).stream())
                .toList()));
    families.add(
        MetricFamily.gauge(
            "headgate_route_affinity_clients",
            "Clients that come back to the backend they had.",
            perRoute.apply(route -> route.affinity().clients())));
    families.add(
        MetricFamily.counter(
            "headgate_route_affinity_dropped_total",
            "Clients forgotten before their time, because there were too many.",
            perRoute.apply(route -> route.affinity().dropped())));
    List<Double> bounds =
        ConnectTimes.UPPER_BOUNDS_MS.stream().map(boundMs -> boundMs / 1000.0).toList();
    families.add(
        new MetricFamily(
            "headgate_route_connect_seconds",
            MetricFamily.Type.HISTOGRAM,
            "Time it took to reach a backend.",
            routes.stream()
                .<Sample>map(route ->
                    new Sample.Histogram(
                        Map.of("route", route.route()),
                        bounds,
                        route.connectTimes().counts(),
                        route.connectTimes().sumSeconds()))
                .toList()));
  }

  private static void sources(RelayCounters counters, List<MetricFamily> families) {
    Function<ToDoubleFunction<OfSource>, List<Sample>> perSource =
        figure ->
            counters.sources().stream()
                .map(source ->
                    value(
                        Map.of("source", Addresses.text(source.address())),
                        figure.applyAsDouble(source)))
                .toList();
    families.add(
        MetricFamily.gauge(
            "headgate_source_present",
            "1 where this host has the source address, 0 where it is missing.",
            perSource.apply(source -> source.missing() ? 0 : 1)));
    families.add(
        MetricFamily.gauge(
            "headgate_source_connections",
            "Connections to backends that come from the address now.",
            perSource.apply(OfSource::active)));
    families.add(
        MetricFamily.counter(
            "headgate_source_connections_total",
            "Connections to backends that came from the address.",
            perSource.apply(OfSource::total)));
    families.add(
        MetricFamily.counter(
            "headgate_source_missed_total",
            "Connections that came from elsewhere because this host lacked the address.",
            perSource.apply(OfSource::missed)));
    families.add(
        MetricFamily.counter(
            "headgate_source_exhausted_total",
            "Connections that came from elsewhere because it had no port left to the backend.",
            perSource.apply(OfSource::exhausted)));
    families.add(
        MetricFamily.counter(
            "headgate_source_fallbacks_total",
            "Connections from an address of the kernel's choice, for want of a source address.",
            (double) counters.sourceless()));
  }

  private static void backends(Moment now, List<MetricFamily> families) {
    List<Sample> states = new ArrayList<>();
    List<Sample> weights = new ArrayList<>();
    List<Route> listed = listed(now);
    for (Route route : listed) {
      for (Backend backend : route.backends()) {
        Map<String, String> labels =
            labels(route.name(), backend.node(), Addresses.text(backend.address()));
        weights.add(value(labels, (double) backend.weight() / Backend.FULL_WEIGHT));
        Arrays.stream(BackendState.values())
            .map(state ->
                value(with(labels, "state", RowsOf.word(state)), state == backend.state() ? 1 : 0))
            .forEach(states::add);
      }
    }
    families.add(
        MetricFamily.gauge(
            "headgate_backend_state", "1 for the state that the backend is in.", states));
    families.add(
        MetricFamily.gauge(
            "headgate_backend_weight",
            "Share of new connections; 1 for one node or one ready local endpoint.",
            weights));
    Map<String, Collection<OfBackend>> counted = counted(now, listed);
    Function<ToDoubleFunction<OfBackend>, List<Sample>> perBackend =
        figure ->
            counted.entrySet().stream()
                .flatMap(route ->
                    route.getValue().stream()
                        .map(backend ->
                            value(
                                labels(
                                    route.getKey(),
                                    backend.node(),
                                    Addresses.text(backend.address())),
                                figure.applyAsDouble(backend))))
                .toList();
    families.add(
        MetricFamily.gauge(
            "headgate_backend_connections",
            "Connections on the backend now.",
            perBackend.apply(OfBackend::active)));
    families.add(
        MetricFamily.counter(
            "headgate_backend_connections_total",
            "Connections that reached the backend.",
            perBackend.apply(OfBackend::total)));
    families.add(
        MetricFamily.counter(
            "headgate_backend_connect_failures_total",
            "Attempts to connect that failed.",
            perBackend.apply(OfBackend::connectFailures)));
    families.add(
        MetricFamily.counter(
            "headgate_backend_received_bytes_total",
            "Bytes from clients to the backend.",
            perBackend.apply(OfBackend::fromClientBytes)));
    families.add(
        MetricFamily.counter(
            "headgate_backend_sent_bytes_total",
            "Bytes from the backend to clients.",
            perBackend.apply(OfBackend::toClientBytes)));
  }

  /** All routes; where they have too many backends, those that a connection has come to. */
  private static List<Route> listed(Moment now) {
    Collection<Route> all = now.state().table().routes().values();
    long backends = all.stream().mapToLong(route -> route.backends().size()).sum();
    if (backends <= MOST_BACKENDS) {
      return List.copyOf(all);
    }
    Map<String, OfRoute> counted = now.countersByRoute();
    return all.stream()
        .filter(route -> {
          OfRoute counters = counted.get(route.name());
          return counters != null && !counters.backends().isEmpty();
        })
        .toList();
  }

  /**
   * The counters of backends by route: of those that are listed, also where no connection has come
   * yet, and of those that have left the table and still carry something.
   */
  private static Map<String, Collection<OfBackend>> counted(Moment now, List<Route> listed) {
    Map<String, Map<InetSocketAddress, OfBackend>> counted = new TreeMap<>();
    for (Route route : listed) {
      Map<InetSocketAddress, OfBackend> ofRoute = new LinkedHashMap<>();
      for (Backend backend : route.backends()) {
        ofRoute.put(
            backend.address(), new OfBackend(backend.address(), backend.node(), 0, 0, 0, 0, 0));
      }
      counted.put(route.name(), ofRoute);
    }
    for (OfRoute route : now.counters().routes()) {
      for (OfBackend backend : route.backends()) {
        counted
            .computeIfAbsent(route.route(), _ -> new LinkedHashMap<>())
            .put(backend.address(), backend);
      }
    }
    Map<String, Collection<OfBackend>> values = new LinkedHashMap<>();
    counted.forEach((route, backends) -> values.put(route, backends.values()));
    return values;
  }

  private static void probes(Moment now, List<MetricFamily> families) {
    families.add(
        MetricFamily.gauge(
            "headgate_probe_up",
            "1 where the last probe was answered well.",
            now.state().probes().stream()
                .filter(target -> !target.kind().asksForProxy())
                .map(target ->
                    value(
                        Map.of("target", target.describe()),
                        now.health().probe(target).last() == ProbeStatus.Answer.GOOD ? 1 : 0))
                .toList()));
    families.add(
        MetricFamily.gauge(
            "headgate_proxy_protocol_match",
            "1 where the backend expects the PROXY header as it is sent, 0 where it surely does not.",
            now.state().probes().stream()
                .filter(target -> target.kind().asksForProxy())
                .flatMap(target -> proxyProtocol(target, now.health().probe(target)).stream())
                .toList()));
  }

  /** Nothing where it is not decided. */
  private static Optional<Sample> proxyProtocol(ProbeTarget target, ProbeStatus status) {
    boolean matches = status.last() == ProbeStatus.Answer.GOOD;
    if (!matches && !ProxyComparison.isMismatch(status)) {
      return Optional.empty();
    }
    return Optional.of(
        value(
            Map.of("target", target.describe(), "sent", RowsOf.word(target.proxyHeader())),
            matches ? 1 : 0));
  }

  /** One that is followed; the leading one has no label. */
  private record Followed(Map<String, String> labels, ClusterState state, WatchStatus status) {}

  private static List<Followed> followed(Moment now) {
    List<Followed> all = new ArrayList<>();
    now.cluster()
        .ifPresent(status -> all.add(new Followed(Map.of(), now.inputs().cluster(), status)));
    now.further()
        .forEach((name, status) ->
            all.add(new Followed(Map.of("cluster", name), now.inputs().further(name), status)));
    return all;
  }

  private static void cluster(Moment now, List<MetricFamily> families) {
    List<Followed> followed = followed(now);
    if (followed.isEmpty()) {
      return;
    }
    families.add(
        MetricFamily.gauge(
            "headgate_cluster_fresh",
            "1 while the snapshot in use is from the API, 0 while it is from disk or there is none.",
            followed.stream()
                .map(one -> value(one.labels, one.state.freshness() == Freshness.LIVE ? 1 : 0))
                .toList()));
    List<Sample> contacts =
        followed.stream()
            .flatMap(one ->
                one.status.lastContact().stream()
                    .map(contact ->
                        value(
                            one.labels,
                            Duration.between(contact, Instant.now()).toMillis() / 1000.0)))
            .toList();
    if (!contacts.isEmpty()) {
      families.add(
          MetricFamily.gauge(
              "headgate_k8s_watch_last_contact_seconds",
              "Seconds since the API server last said anything.",
              contacts));
    }
    Function<ToDoubleFunction<WatchStatus.OfResource>, List<Sample>> perResource =
        figure ->
            followed.stream()
                .flatMap(one ->
                    one.status.resources().stream()
                        .map(resource ->
                            value(
                                with(one.labels, "resource", resource.resource()),
                                figure.applyAsDouble(resource))))
                .toList();
    families.add(
        MetricFamily.gauge(
            "headgate_k8s_watching",
            "1 while a watch is established.",
            perResource.apply(resource -> resource.watching() ? 1 : 0)));
    families.add(
        MetricFamily.counter(
            "headgate_k8s_lists_total",
            "Full lists read from the API.",
            perResource.apply(WatchStatus.OfResource::lists)));
    families.add(
        MetricFamily.counter(
            "headgate_k8s_events_total",
            "Watch events received.",
            perResource.apply(WatchStatus.OfResource::events)));
    families.add(
        MetricFamily.counter(
            "headgate_k8s_errors_total",
            "Requests and watches that failed.",
            perResource.apply(WatchStatus.OfResource::errors)));
  }

  private static void services(Moment now, List<MetricFamily> families) {
    if (!now.inputs().config().loadBalancer().servesServices()) {
      return;
    }
    families.add(
        MetricFamily.gauge(
            "headgate_pool_addresses",
            "Addresses of the pool, given out or to be had.",
            AddressesOf.pools(now).stream()
                .flatMap(pool ->
                    Stream.of(
                        value(pool(pool, "assigned"), (double) pool.used()),
                        value(pool(pool, "available"), (double) pool.free())))
                .toList()));
    int without = AddressesOf.waiting(now).size();
    families.add(
        MetricFamily.gauge(
            "headgate_services_served",
            "Services of our class that have an address.",
            now.state().assignments().size() - without));
    families.add(
        MetricFamily.gauge(
            "headgate_services_without_address", "Services of our class that have none.", without));
  }

  private static Map<String, String> pool(PoolView pool, String state) {
    String family = pool.family().toLowerCase(Locale.ROOT);
    return Map.of("pool", pool.pool(), "family", family, "state", state);
  }

  private static void writer(Moment now, List<MetricFamily> families) {
    if (now.writer().isEmpty()) {
      return;
    }
    WriterStatus status = now.writer().get();
    families.add(
        MetricFamily.gauge(
            "headgate_cluster_writer_holds_lease",
            "1 while this edge is the one that writes to the cluster.",
            status.lease().ours() ? 1 : 0));
    families.add(
        MetricFamily.counter(
            "headgate_cluster_writes_total",
            "Statuses of Services and Events written.",
            List.of(
                value(Map.of("kind", "status"), (double) status.statusWrites()),
                value(Map.of("kind", "event"), (double) status.eventWrites()))));
    families.add(
        MetricFamily.counter(
            "headgate_cluster_write_failures_total",
            "Writes to the cluster that did not succeed.",
            (double) status.failures()));
    families.add(
        MetricFamily.counter(
            "headgate_service_status_conflicts_total",
            "Times a status was let alone because others kept rewriting it.",
            (double) status.conflicts()));
  }

  private void reloads(List<MetricFamily> families) {
    families.add(
        MetricFamily.gauge(
            "headgate_config_last_reload_success",
            "1 where the newest file is in force, 0 where it was refused.",
            reload.lastReload().map(r -> r.success() ? 1 : 0).orElse(1)));
    families.add(
        MetricFamily.gauge(
            "headgate_config_loaded_timestamp_seconds",
            "When the configuration in force was read.",
            reload.loadedAt().toEpochMilli() / 1000.0));
  }

  private static List<Sample> byReason(Map<String, String> labels, Map<CloseReason, Long> counts) {
    return Arrays.stream(CloseReason.values())
        .map(reason ->
            value(
                with(labels, "reason", RowsOf.word(reason)),
                counts.getOrDefault(reason, 0L).doubleValue()))
        .toList();
  }

  private static Map<String, String> labels(String route, String node, String backend) {
    return Map.of("route", route, "node", node, "backend", backend);
  }

  private static Map<String, String> with(Map<String, String> labels, String name, String value) {
    Map<String, String> more = new HashMap<>(labels);
    more.put(name, value);
    return Map.copyOf(more);
  }

  private static Sample value(Map<String, String> labels, double value) {
    return new Sample.Value(labels, value);
  }
}
