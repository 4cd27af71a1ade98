package io.headgate.desired;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterState.Freshness;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All of the cluster that a route's {@link Selection} is made of. Cheap to find out, so that a
 * decision about ten thousand routes selects backends only for those whose ground has moved.
 */
sealed interface Ground {
  /** Nothing of the cluster. */
  record Nothing() implements Ground {}

  /** The whole of it, or what is too much to compare: never the same twice. */
  final class Everything implements Ground {}

  /** The Nodes that a route of the file selects. */
  record Nodes(List<Note> notes, NodeSelection nodes) implements Ground {}

  /**
   * NodePorts on Nodes.
   *
   * @param noteworthy what the choice of Nodes has to say
   * @param nodes those of the Service
   * @param sharedNodePort see {@link SharedProbe}
   * @param some there were more to take them from
   * @param drawnFrom the mark of the ring that they were taken from: not the ring itself, which
   *     would live as long as the last decision that was taken on it, and not part of the ground
   */
  record NodePorts(
      List<Note> notes,
      ServiceSettings settings,
      List<ClusterEndpoint> endpoints,
      List<Note> noteworthy,
      List<SelectedNode> nodes,
      int sharedNodePort,
      boolean some,
      Object drawnFrom)
      implements Ground {}

  /** Endpoints, with the Node of each where it is known. */
  record Endpoints(
      List<Note> notes,
      ServiceSettings settings,
      List<ClusterEndpoint> endpoints,
      List<Optional<ClusterNode>> nodes)
      implements Ground {}

  /** Nothing but that there is nothing, in a cluster beside the leading one. */
  record Absent(List<Note> notes) implements Ground {}

  /** Those of several clusters, the leading one first. */
  record Clusters(List<OfCluster> clusters) implements Ground {
    private Optional<Ground> ground(String cluster) {
      return clusters.stream()
          .filter(one -> one.cluster.equals(cluster))
          .map(OfCluster::ground)
          .findFirst();
    }

    private boolean sameClusters(Clusters other) {
      if (clusters.size() != other.clusters.size()) {
        return false;
      }
      for (int i = 0; i < clusters.size(); i++) {
        if (!clusters.get(i).same(other.clusters.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  /** One of them. */
  record OfCluster(String cluster, Ground ground) {
    private boolean same(OfCluster other) {
      return cluster.equals(other.cluster) && ground.same(other.ground);
    }
  }

  /** What the Service itself says. */
  record Settings(List<Note> notes, ServiceSettings settings) implements Ground {}

  /** Whether the same can be built on both. */
  default boolean same(Ground other) {
    if (this instanceof Clusters clusters) {
      return other instanceof Clusters that && clusters.sameClusters(that);
    }
    return this
            instanceof
            NodePorts(
                var notes,
                var settings,
                var ends,
                var more,
                var nodes,
                var shared,
                var some,
                _)
        ? other instanceof NodePorts that
            && notes.equals(that.notes)
            && settings.equals(that.settings)
            && ends.equals(that.endpoints)
            && more.equals(that.noteworthy)
            && nodes.equals(that.nodes)
            && shared == that.sharedNodePort
            && some == that.some
        : equals(other);
  }

  /** Whether it must be found out anew each time. */
  default boolean beyondCompare() {
    return this instanceof Everything
        || (this instanceof Clusters(var clusters)
            && clusters.stream().anyMatch(one -> one.ground.beyondCompare()));
  }

  /** What of it is that of one cluster. */
  default Ground in(String cluster) {
    return this instanceof Clusters clusters ? clusters.ground(cluster).orElse(this) : this;
  }

  /**
   * Of one route.
   *
   * @param sharedNodePort of the leading cluster
   * @param before the last one of the same route, which is returned where nothing can be different
   */
  static Ground of(
      EffectiveRoute route, ClusterView clusters, int sharedNodePort, Optional<Ground> before) {
    List<Part> parts = Part.of(route, clusters);
    if (parts.size() == 1) {
      return ofOne(route, clusters, sharedNodePort, before);
    }
    List<OfCluster> grounds = new ArrayList<>(parts.size());
    for (Part part : parts) {
      ClusterView cluster = part.cluster();
      int shared = part.leading() ? sharedNodePort : cluster.sharedNodePort();
      Ground ground =
          part.absent().isPresent()
              ? new Absent(part.absent().get())
              : ofOne(part.route(), cluster, shared, before.map(known -> known.in(cluster.name())));
      grounds.add(new OfCluster(cluster.name(), ground));
    }
    return new Clusters(grounds);
  }

  private static Ground ofOne(
      EffectiveRoute route, ClusterView cluster, int sharedNodePort, Optional<Ground> before) {
    return switch (route.config().source()) {
      case Source.Fixed _ -> new Nothing();
      case Source.Nodes(var selector, _) ->
          cluster.freshness() == Freshness.NONE
              ? new Everything()
              : new Nodes(cluster.notes(), cluster.matching(selector));
      case Source.Service source ->
          cluster.freshness() == Freshness.NONE || route.settings().isEmpty()
              ? new Everything()
              : ofService(source, route.settings().get(), cluster, sharedNodePort, before);
    };
  }

  private static Ground ofService(
      Source.Service source,
      ServiceSettings settings,
      ClusterView cluster,
      int sharedNodePort,
      Optional<Ground> before) {
    return switch (ServiceSelection.way(source, settings)) {
      case NODE_PORTS -> nodePorts(settings, cluster, sharedNodePort, before);
      case ENDPOINTS -> endpoints(settings, cluster);
      case LOAD_BALANCER_IP, NONE -> new Settings(cluster.notes(), settings);
    };
  }

  private static Ground nodePorts(
      ServiceSettings settings, ClusterView cluster, int sharedNodePort, Optional<Ground> before) {
    List<ClusterEndpoint> endpoints = cluster.snapshot().endpoints(settings.service().key());
    NodeChoices.Choice choice = cluster.choices().of(NodeChoices.Question.of(settings));
    List<Note> noteworthy = Selection.notes(choice.nodes());
    if (before.isPresent()
        && before.get() instanceof NodePorts old
        && old.drawnFrom.equals(choice.ring().mark())
        && old.settings.equals(settings)
        && old.endpoints.equals(endpoints)
        && old.sharedNodePort == sharedNodePort
        && old.noteworthy.equals(noteworthy)
        && old.notes.equals(cluster.notes())) {
      return old;
    }
    return new NodePorts(
        cluster.notes(),
        settings,
        endpoints,
        noteworthy,
        ServiceSelection.nodes(settings.service(), endpoints, choice.ring(), cluster),
        sharedNodePort,
        choice.ring().more(cluster.nodesPerService()),
        choice.ring().mark());
  }

  private static Ground endpoints(ServiceSettings settings, ClusterView cluster) {
    List<ClusterEndpoint> endpoints = cluster.snapshot().endpoints(settings.service().key());
    List<Optional<ClusterNode>> nodes = new ArrayList<>(endpoints.size());
    for (ClusterEndpoint endpoint : endpoints) {
      nodes.add(endpoint.node().map(name -> cluster.snapshot().nodes().get(name)));
    }
    return new Endpoints(cluster.notes(), settings, endpoints, nodes);
  }
}
