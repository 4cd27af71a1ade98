package io.headgate.app;

import io.headgate.config.ClustersConfig.Share;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.RouteConfig;
import io.headgate.model.Addresses;
import io.headgate.model.CidrSet;
import io.headgate.model.HealthPolicy;
import io.headgate.model.Listener;
import io.headgate.model.RoutePolicy;
import io.headgate.model.SourceAddresses;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The configuration in force, in the words of the file. The kubeconfig is named, never shown. */
final class ConfigView {
  private ConfigView() {}

  static Map<String, Object> of(HeadgateConfig config) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", config.name());
    view.put("zone", config.zone());
    config
        .kubernetes()
        .ifPresent(kubernetes ->
            view.put("kubernetes", kubernetes(kubernetes, config.clusters().leading())));
    Map<String, Object> clusters = new LinkedHashMap<>();
    config
        .clusters()
        .further()
        .forEach(one -> clusters.put(one.name(), kubernetes(one.cluster(), one.share())));
    view.put("clusters", clusters);
    Map<String, Object> routes = new LinkedHashMap<>();
    config.routes().forEach(route -> routes.put(route.name(), route(route)));
    view.put("routes", routes);
    view.put("takeover", TakeoverView.of(config.takeover()));
    view.put("transport", RowsOf.word(config.transport()));
    view.put("workers", config.workers());
    view.put("max-connections", config.maxConnections());
    view.put("state-directory", config.stateDirectory().toString());
    view.put(
        "admin",
        Map.of(
            "socket",
            config.admin().socket().toString(),
            "http",
            config.admin().http().map(Addresses::text).orElse("")));
    view.put(
        "log",
        Map.of(
            "level",
            RowsOf.word(config.log().level()),
            "format",
            RowsOf.word(config.log().format()),
            "connections",
            config.log().connections() ? "on" : "off"));
    return view;
  }

  private static Map<String, Object> kubernetes(KubernetesConfig kubernetes, Share share) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("kubeconfig", kubernetes.kubeconfig().toString());
    view.put("context", kubernetes.context());
    view.put("servers", kubernetes.servers());
    view.put("allow-insecure", kubernetes.allowInsecure());
    view.put("namespaces", kubernetes.namespaces());
    if (!kubernetes.leaseNamespace().isEmpty()) {
      view.put("lease-namespace", kubernetes.leaseNamespace());
      view.put("node-connections", kubernetes.nodeConnections());
    }
    view.put("node-address", RowsOf.word(kubernetes.nodeAddress()));
    view.put("node-exclusion", RowsOf.word(kubernetes.nodeExclusion()));
    view.put("nodes-per-service", kubernetes.nodesPerService());
    view.put("weight", share.weight());
    view.put("priority", share.priority());
    return view;
  }

  private static Map<String, Object> route(RouteConfig route) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("listeners", route.listeners().stream().map(Listener::toString).toList());
    view.put("source", route.source().toString());
    view.putAll(policy(route.policy()));
    return view;
  }

  private static Map<String, Object> policy(RoutePolicy policy) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("balance", RowsOf.word(policy.balance()));
    view.put("client-affinity", text(policy.clientAffinity()));
    view.put("proxy-protocol", RowsOf.word(policy.proxyProtocol()));
    view.put("accept-proxy", texts(policy.acceptProxyFrom()));
    view.put("allow", texts(policy.allow()));
    view.put("source-addresses", texts(policy.sourceAddresses()));
    view.put("connect-timeout", text(policy.connectTimeout()));
    view.put("connect-attempts", policy.connectAttempts());
    view.put("idle-timeout", text(policy.idleTimeout()));
    view.put("drain-timeout", text(policy.drainTimeout()));
    view.put("max-connections", policy.maxConnections());
    view.put("max-connections-per-client", policy.maxConnectionsPerClient());
    view.put("connection-rate-per-client", policy.connectionRatePerClient());
    view.put("max-connections-per-backend", policy.maxConnectionsPerBackend());
    view.put("queue-timeout", text(policy.queueTimeout()));
    view.put("slow-start", text(policy.slowStart()));
    view.put("empty-hold", text(policy.emptyHold()));
    view.put("health", health(policy.health()));
    return view;
  }

  private static Map<String, Object> health(HealthPolicy health) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("type", RowsOf.word(health.type()));
    view.put("port", health.port());
    view.put("path", health.path());
    view.put("interval", text(health.interval()));
    view.put("timeout", text(health.timeout()));
    view.put("rise", health.rise());
    view.put("fall", health.fall());
    view.put("proxy-check", health.proxyCheck());
    return view;
  }

  private static List<String> texts(CidrSet cidrs) {
    return cidrs.cidrs().stream().map(Object::toString).toList();
  }

  private static List<String> texts(SourceAddresses sources) {
    return sources.ranges().stream().map(Object::toString).toList();
  }

  static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
