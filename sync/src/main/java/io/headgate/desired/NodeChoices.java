package io.headgate.desired;

import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.desired.NodeLooks.Purpose;
import io.headgate.model.ClusterNode;
import io.headgate.model.IpFamily;
import io.headgate.model.LabelSelector;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The choices among the Nodes that routes ask for, each made once; any thread, for decisions are
 * explained beside the thread that takes them. A Node that is chosen as before is the very same
 * object, so that what is made of it can be seen not to have changed.
 */
final class NodeChoices {
  private final Map<String, ClusterNode> byName;
  private final List<ClusterNode> nodes;
  private final Set<String> changed;
  private final Optional<KubernetesConfig> config;
  private final String zone;
  private final Made before;
  private final Map<Question, Choice> made = new HashMap<>();
  private final Map<Purpose, NodeLooks> looks = new HashMap<>();

  /**
   * What Nodes are asked for.
   *
   * @param selector that the labels must match, empty for every Node
   * @param families of the address, the preferred one first; empty for any
   */
  record Question(Optional<LabelSelector> selector, List<IpFamily> families) {
    /** That of the NodePorts of a Service. */
    static Question of(ServiceSettings settings) {
      return new Question(settings.nodes(), settings.service().request().families());
    }
  }

  /** Nodes for one purpose, and the same again to give each of many Services a few of them. */
  record Choice(NodeSelection nodes, NodeRing ring) {}

  /** What the next choices can go on from. */
  private record Made(Map<Question, Choice> choices, Map<Purpose, NodeLooks> looks) {
    static final Made NOTHING = new Made(Map.of(), Map.of());
  }

  private NodeChoices(
      Map<String, ClusterNode> byName,
      List<ClusterNode> nodes,
      Set<String> changed,
      Optional<KubernetesConfig> config,
      String zone,
      Made before) {
    this.byName = byName;
    this.nodes = nodes;
    this.changed = changed;
    this.config = config;
    this.zone = zone;
    this.before = before;
  }

  /** Before anything is known of any Node. */
  static NodeChoices none() {
    return new NodeChoices(Map.of(), List.of(), Set.of(), Optional.empty(), "", Made.NOTHING);
  }

  /** The choices among {@code now}; these, where nothing is different. */
  NodeChoices among(
      Map<String, ClusterNode> now, Optional<KubernetesConfig> configNow, String zoneNow) {
    Set<String> others = Differing.keys(byName, now);
    if (others.isEmpty() && config.equals(configNow) && zone.equals(zoneNow)) {
      return this;
    }
    List<ClusterNode> sorted = // in runs that are in order already
        Stream.concat(
                nodes.stream().filter(node -> !others.contains(node.name())),
                others.stream().flatMap(name -> Stream.ofNullable(now.get(name))))
            .sorted(Comparator.comparing(ClusterNode::name))
            .toList();
    return new NodeChoices(now, sorted, others, configNow, zoneNow, made(zone.equals(zoneNow)));
  }

  /** The one that is preferred; empty for none. */
  String zone() {
    return zone;
  }

  private synchronized Made made(boolean sameZone) {
    return new Made(sameZone ? Map.copyOf(made) : Map.of(), Map.copyOf(looks));
  }

  /** Sorted by name. */
  List<ClusterNode> nodes() {
    return nodes;
  }

  Optional<ClusterNode> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The names of those that came, went, or are not as they were among the choices before. */
  Set<String> changed() {
    return changed;
  }

  /** The Nodes for one purpose. */
  synchronized Choice of(Question question) {
    return made.computeIfAbsent(question, this::choose);
  }

  private Choice choose(Question question) {
    NodeSelection fresh =
        NodeSelection.of(
            config.map(KubernetesConfig::nodeExclusion).orElse(NodeExclusion.AUTO),
            honoursExclusion -> looks(question, honoursExclusion).selection());
    Choice old = before.choices.get(question);
    return new Choice(
        fresh,
        old != null && fresh.selected().equals(old.nodes().selected())
            ? old.ring()
            : new NodeRing(fresh.selected(), zone));
  }

  private NodeLooks looks(Question question, boolean honoursExclusion) {
    NodeAddress wanted = config.map(KubernetesConfig::nodeAddress).orElse(NodeAddress.INTERNAL);
    return looks.computeIfAbsent(
        new Purpose(question.selector, question.families, wanted, honoursExclusion),
        purpose -> before.looks.getOrDefault(purpose, NodeLooks.none(purpose)).at(nodes, changed));
  }
}
