package io.headgate.config;

import io.headgate.model.Transport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The whole file, checked, with every default filled in.
 *
 * @param name of this edge, in status, events and metrics
 * @param kubernetes empty where no cluster is followed
 * @param routes in the file's order
 * @param workers event loops; 0 for one per core
 * @param maxConnections in all; 0 for as many as the file descriptor limit allows
 */
public record HeadgateConfig(
    String name,
    Optional<KubernetesConfig> kubernetes,
    List<RouteConfig> routes,
    Transport transport,
    int workers,
    int maxConnections,
    Path stateDirectory,
    AdminConfig admin,
    LogConfig log) {
  public HeadgateConfig {
    routes = List.copyOf(routes);
  }
}
