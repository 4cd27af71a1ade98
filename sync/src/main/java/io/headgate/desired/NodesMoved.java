package io.headgate.desired;

import io.headgate.desired.NodeChoices.Choice;
import io.headgate.desired.NodeChoices.Question;
import io.headgate.model.ClusterEndpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which routes a change of some of the leading cluster's Nodes may concern: as a rule a few of
 * thousands. Used for one decision, by one thread.
 */
final class NodesMoved {
  private final ClusterView before;
  private final ClusterView now;
  private final Set<String> changed;
  private final Map<Question, OfQuestion> known = new HashMap<>();

  /**
   * Of Services that ask for Nodes alike.
   *
   * @param everywhere something is said of the choice itself that was not
   */
  private record OfQuestion(boolean everywhere, RingChange ring) {}

  /**
   * @param now follows {@code before}, and differs from it in nothing but its Nodes
   */
  NodesMoved(ClusterView before, ClusterView now) {
    this.before = before;
    this.now = now;
    this.changed = before.choices() == now.choices() ? Set.of() : now.choices().changed();
  }

  /** Whether a route of this ground may have another now. */
  boolean mayConcern(Ground ground) {
    return !changed.isEmpty()
        && switch (ground) {
          case Ground.Nothing _, Ground.Settings _, Ground.Absent _ -> false;
          case Ground.Everything _, Ground.Nodes _, Ground.Clusters _ -> true;
          case Ground.Endpoints(_, _, var endpoints, _) -> isOnChanged(endpoints);
          case Ground.NodePorts nodePorts -> mayConcern(nodePorts);
        };
  }

  private boolean isOnChanged(List<ClusterEndpoint> endpoints) {
    return endpoints.stream().map(ClusterEndpoint::node).anyMatch(this::isChanged);
  }

  private boolean isChanged(Optional<String> node) {
    return node.isPresent() && changed.contains(node.get());
  }

  private boolean mayConcern(Ground.NodePorts ground) {
    ServiceSettings settings = ground.settings();
    OfQuestion of = known.computeIfAbsent(Question.of(settings), this::ofQuestion);
    return of.everywhere
        || (settings.service().localTraffic()
            ? of.ring.concernsAny(nodes(ground.endpoints()))
            : of.ring.concerns(settings.service().key().toString()));
  }

  private static List<String> nodes(List<ClusterEndpoint> endpoints) {
    return endpoints.stream().flatMap(endpoint -> endpoint.node().stream()).toList();
  }

  private OfQuestion ofQuestion(Question question) {
    Choice old = before.choices().of(question);
    Choice fresh = now.choices().of(question);
    return new OfQuestion(
        !Selection.notes(old.nodes()).equals(Selection.notes(fresh.nodes())),
        new RingChange(old.ring(), fresh.ring(), now.nodesPerService()));
  }
}
