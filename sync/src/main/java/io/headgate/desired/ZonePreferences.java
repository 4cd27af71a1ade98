package io.headgate.desired;

import io.headgate.desired.JoinedSelection.Cluster;
import io.headgate.model.Backend;
import io.headgate.model.Explanation.Verdict;
import io.headgate.model.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A route's {@link ZonePreference} in each of its clusters by itself: what a cluster gets of the
 * whole is a matter of its share alone, wherever its nodes are.
 */
record ZonePreferences(Map<Cluster, ZonePreference> byCluster) {
  static final ZonePreferences NONE = new ZonePreferences(Map.of());

  private record Part(List<Draft> drafts, List<Backend> backends) {}

  /**
   * What holds for one route.
   *
   * @param zone that is preferred; empty for none
   * @param backends of the drafts, in their order, with the weights that they have of their own
   * @param clusters of each of them
   */
  static ZonePreferences of(
      String zone, List<Draft> drafts, List<Backend> backends, List<Cluster> clusters) {
    if (zone.isEmpty()) {
      return NONE;
    }
    Map<Cluster, Part> parts = new LinkedHashMap<>();
    for (int i = 0; i < drafts.size(); i++) {
      Part part =
          parts.computeIfAbsent(
              clusters.get(i), _ -> new Part(new ArrayList<>(), new ArrayList<>()));
      part.drafts.add(drafts.get(i));
      part.backends.add(backends.get(i));
    }
    Map<Cluster, ZonePreference> preferences = new LinkedHashMap<>();
    parts.forEach((cluster, part) ->
        preferences.put(cluster, ZonePreference.of(zone, part.drafts, part.backends)));
    return new ZonePreferences(preferences);
  }

  /** The same backends with the weights that they get within their clusters. */
  List<Backend> applied(List<Draft> drafts, List<Backend> backends, List<Cluster> clusters) {
    if (byCluster.isEmpty()) {
      return backends;
    }
    List<Backend> weighted = new ArrayList<>(backends.size());
    for (int i = 0; i < backends.size(); i++) {
      Backend backend = backends.get(i);
      ZonePreference preference = byCluster.get(clusters.get(i));
      weighted.add(preference == null ? backend : preference.applied(drafts.get(i), backend));
    }
    return weighted;
  }

  /** What {@code headgate explain} says of the route, of each cluster that is to serve it. */
  List<Note> notes(Route route) {
    List<Note> notes = new ArrayList<>();
    byCluster.forEach((cluster, preference) -> {
      if (cluster.share().weight() > 0) {
        preference.note(route).map(cluster::told).ifPresent(notes::add);
      }
    });
    return notes;
  }

  /** What it says of one backend; empty where no zone is preferred. */
  Optional<Verdict> verdict(Candidate candidate, Cluster cluster) {
    return Optional.ofNullable(byCluster.get(cluster))
        .flatMap(preference -> preference.verdict(candidate));
  }
}
