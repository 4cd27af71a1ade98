package io.headgate.config;

import io.headgate.model.RoutePolicy;
import io.headgate.model.Transport;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The whole file, checked, with every default filled in.
 *
 * @param name of this edge, in status, events and metrics
 * @param zone of its topology whose nodes it prefers; empty for none
 * @param kubernetes empty where no cluster is followed
 * @param clusters beside it
 * @param routes in the file's order
 * @param defaults of every route, those of Services included
 * @param loadBalancer its defaults, without a pool, where the file says nothing
 * @param takeover {@link TakeoverConfig#NONE} where the file says nothing
 * @param workers event loops; 0 for one per core
 * @param maxConnections in all; 0 for as many as the file descriptor limit allows
 */
public record HeadgateConfig(
    String name,
    String zone,
    Optional<KubernetesConfig> kubernetes,
    ClustersConfig clusters,
    List<RouteConfig> routes,
    RoutePolicy defaults,
    LoadBalancerConfig loadBalancer,
    TakeoverConfig takeover,
    Transport transport,
    int workers,
    int maxConnections,
    Path stateDirectory,
    AdminConfig admin,
    LogConfig log) {
  public HeadgateConfig {
    routes = List.copyOf(routes);
  }

  static HeadgateConfig from(Section headgate, String hostName) {
    Optional<Section> cluster = headgate.optionalBlock("kubernetes");
    Optional<KubernetesConfig> kubernetes = cluster.map(KubernetesConfig::from);
    RoutePolicy defaults = PolicyBlock.read(headgate.block("defaults"), RoutePolicy.DEFAULTS);
    List<RouteConfig> routes = RoutesBlock.read(headgate, defaults, kubernetes);
    LoadBalancerConfig loadBalancer =
        LoadBalancerConfig.from(headgate.block("load-balancer"), kubernetes.isPresent());
    var config =
        new HeadgateConfig(
            headgate.parsed("name", hostName, "a name without blanks", HeadgateConfig::name),
            headgate.parsed(
                "zone",
                "",
                "the value of a Node's label topology.kubernetes.io/zone",
                HeadgateConfig::zone),
            kubernetes,
            ClustersConfig.from(headgate.block("clusters"), cluster, kubernetes),
            routes,
            defaults,
            loadBalancer,
            TakeoverConfig.from(headgate.block("takeover"), loadBalancer),
            headgate.choice(
                "transport", Transport.AUTO, value -> value.name().toLowerCase(Locale.ROOT)),
            headgate.integer("workers", 0, 0, 1024),
            headgate.integer("max-connections", 0, 0, Integer.MAX_VALUE),
            headgate.parsed(
                "state-directory", Path.of("/var/lib/headgate"), "a path", Formats::path),
            AdminConfig.from(headgate.block("admin")),
            LogConfig.from(headgate.block("log")));
    LaterBlocks.read(headgate);
    return config;
  }

  /** A label's value (apimachinery, {@code IsValidLabelValue}). */
  private static Optional<String> zone(String text) {
    return Optional.of(text)
        .filter(zone -> zone.matches("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?"));
  }

  private static Optional<String> name(String text) {
    return Optional.of(text).filter(name -> name.matches("[^\\s\\p{Cntrl}]{1,253}"));
  }
}
