package io.headgate.desired;

import io.headgate.config.ClustersConfig;
import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.ServiceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a route is to one cluster.
 *
 * @param route with what the Service of that cluster says of its backends; listeners and policy are
 *     the leading cluster's matter
 * @param absent why a cluster beside the leading one has nothing for the route; empty where it may
 */
record Part(ClusterView cluster, EffectiveRoute route, Optional<List<Note>> absent) {

  /** Of every cluster that counts for the route, the leading one first. */
  static List<Part> of(EffectiveRoute route, ClusterView clusters) {
    var leading = new Part(clusters, route, Optional.empty());
    if (clusters.further().isEmpty() || route.config().source() instanceof Source.Fixed) {
      return List.of(leading);
    }
    List<Part> parts = new ArrayList<>(1 + clusters.further().size());
    parts.add(leading);
    clusters.further().forEach(cluster -> parts.add(ofOther(route, cluster)));
    return parts;
  }

  private static Part ofOther(EffectiveRoute route, ClusterView cluster) {
    if (cluster.freshness() == Freshness.NONE) {
      return new Part(cluster, route, Optional.of(cluster.notes()));
    }
    if (!(route.config().source() instanceof Source.Service(var wanted, _))) {
      return new Part(cluster, route, Optional.empty());
    }
    ClusterService service = cluster.snapshot().services().get(wanted);
    if (service == null) {
      return without(route, cluster, "there is no Service " + wanted);
    }
    ServiceSettings settings = ServiceSettings.of(service, false, Optional.empty());
    return settings.ignored()
        ? without(route, cluster, ignored(wanted))
        : new Part(
            cluster,
            new EffectiveRoute(route.config(), Optional.of(settings), route.byService()),
            Optional.empty());
  }

  private static String ignored(ServiceKey service) {
    return "Service %s has the annotation %s%s"
        .formatted(service, ServiceAnnotations.PREFIX, ServiceAnnotations.IGNORE);
  }

  private static Part without(EffectiveRoute route, ClusterView cluster, String why) {
    List<Note> notes = new ArrayList<>(cluster.notes());
    notes.add(Note.remark(why));
    return new Part(cluster, route, Optional.of(notes));
  }

  boolean leading() {
    return cluster.name().equals(ClustersConfig.LEADING);
  }

  Selection selection() {
    return absent.map(Selection::nothing).orElseGet(() -> Selection.of(route, cluster));
  }
}
