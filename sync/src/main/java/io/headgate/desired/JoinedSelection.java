package io.headgate.desired;

import io.headgate.config.ClustersConfig;
import io.headgate.config.ClustersConfig.Share;
import io.headgate.model.Addresses;
import io.headgate.model.Explanation.OfNode;
import io.headgate.model.Explanation.Verdict;
import io.headgate.model.HealthReport;
import io.headgate.model.RoutePolicy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which backends a route has in all clusters, whatever their health. Those of a cluster beside the
 * leading one go by {@code CLUSTER:NODE}; a Node's name has no colon.
 *
 * @param placed sorted by the names of the nodes and address
 * @param refused nodes that are none, with the reason
 * @param shares of all clusters, those without a backend included
 */
record JoinedSelection(
    List<Placed> placed, List<OfNode> refused, List<Note> notes, List<Share> shares) {
  /** What the route's user is told of the leading cluster, where no other one serves. */
  private static final String NO_ENDPOINTS = "NoEndpoints";

  private static final String NO_NODES = "UnAvailableLoadBalancer";

  /** A backend with what holds for all of its cluster. */
  record Placed(Candidate candidate, Cluster cluster) {}

  /** What holds for all backends of one cluster. */
  record Cluster(
      String name, Share share, Probing probing, ProxyComparison comparison, ProxyChoice choice) {
    /** A note on one cluster, as it stands beside those on others. */
    Note told(Note note) {
      if (name.equals(ClustersConfig.LEADING)) {
        return note;
      }
      String text = name + ": " + note.text();
      return note.alarming() ? Note.alarm(text) : Note.remark(text);
    }
  }

  JoinedSelection {
    placed =
        placed.stream().sorted(Comparator.comparing(Placed::candidate, Candidate.ORDER)).toList();
    refused = List.copyOf(refused);
    notes = List.copyOf(notes);
    shares = List.copyOf(shares);
  }

  static JoinedSelection of(
      EffectiveRoute route, ClusterView clusters, Ground ground, HealthReport health) {
    List<Part> parts = Part.of(route, clusters);
    List<Selection> selections = parts.stream().map(Part::selection).toList();
    if (parts.size() == 1) {
      Selection only = selections.getFirst();
      var cluster =
          new Cluster(
              ClustersConfig.LEADING,
              Share.WHOLE,
              probing(route.config().policy(), only, health, ground),
              new ProxyComparison(route, health),
              new ProxyChoice(route, health, only.candidates().size()));
      return new JoinedSelection(
          only.candidates().stream().map(candidate -> new Placed(candidate, cluster)).toList(),
          only.refused(),
          notes(only, route.config().policy()),
          List.of(Share.WHOLE));
    }
    var joining = new Joining(route.config().policy(), ground, health);
    joining.claim(parts, selections);
    for (int i = 0; i < parts.size(); i++) {
      joining.add(parts.get(i), selections.get(i));
    }
    return new JoinedSelection(
        joining.placed,
        joining.refused,
        joining.notes(selections),
        parts.stream().map(part -> part.cluster().share()).toList());
  }

  private static List<Note> notes(Selection selection, RoutePolicy policy) {
    List<Note> notes = new ArrayList<>(selection.notes());
    notes.addAll(SourceNotes.of(selection, policy.sourceAddresses()));
    return notes;
  }

  private static Probing probing(
      RoutePolicy policy, Selection selection, HealthReport health, Ground ground) {
    int sharedNodePort =
        ground instanceof Ground.NodePorts nodePorts ? nodePorts.sharedNodePort() : 0;
    return new Probing(policy, selection, health, sharedNodePort);
  }

  /** Used once, by one thread. */
  private static final class Joining {
    private final RoutePolicy policy;
    private final Ground ground;
    private final HealthReport health;
    private final List<Part> parts = new ArrayList<>();
    private final List<Placed> placed = new ArrayList<>();
    private final List<OfNode> refused = new ArrayList<>();
    private final Map<InetSocketAddress, String> owners = new HashMap<>();

    Joining(RoutePolicy policy, Ground ground, HealthReport health) {
      this.policy = policy;
      this.ground = ground;
      this.health = health;
    }

    /**
     * An address is one backend. It belongs to the first cluster that names it and is to serve: a
     * machine that has moved from a cluster without weight is not held back there.
     */
    void claim(List<Part> all, List<Selection> selections) {
      for (boolean serving : List.of(true, false)) {
        for (int i = 0; i < all.size(); i++) {
          ClusterView cluster = all.get(i).cluster();
          if (cluster.share().weight() > 0 == serving) {
            selections
                .get(i)
                .candidates()
                .forEach(candidate -> owners.putIfAbsent(candidate.address(), cluster.name()));
          }
        }
      }
    }

    void add(Part part, Selection selection) {
      parts.add(part);
      ClusterView view = part.cluster();
      var cluster =
          new Cluster(
              view.name(),
              view.share(),
              probing(policy, selection, health, ground.in(view.name())),
              new ProxyComparison(part.route(), health),
              new ProxyChoice(part.route(), health, selection.candidates().size()));
      for (Candidate candidate : selection.candidates()) {
        Candidate named = candidate.named(name(part, candidate.node()));
        String owner = owners.getOrDefault(named.address(), cluster.name());
        if (!owner.equals(cluster.name())) {
          refused.add(elsewhere(named, owner));
        } else {
          placed.add(new Placed(named, cluster));
        }
      }
      for (OfNode node : selection.refused()) {
        refused.add(
            new OfNode(name(part, node.node()), node.backend(), node.state(), node.verdicts()));
      }
    }

    private static String name(Part part, String node) {
      return part.leading() ? node : part.cluster().name() + ":" + node;
    }

    private static OfNode elsewhere(Candidate candidate, String owner) {
      String address = Addresses.text(candidate.address());
      List<Verdict> verdicts = new ArrayList<>(candidate.verdicts());
      verdicts.add(new Verdict("cluster", address + " is a backend in " + owner, true));
      return new OfNode(candidate.node(), address, Optional.empty(), verdicts);
    }

    List<Note> notes(List<Selection> selections) {
      List<Note> notes = new ArrayList<>();
      for (int i = 0; i < selections.size(); i++) {
        Part part = parts.get(i);
        boolean others = false;
        for (int j = 0; j < selections.size(); j++) {
          others |= j != i && supplies(parts.get(j), selections.get(j));
        }
        for (Note note : JoinedSelection.notes(selections.get(i), policy)) {
          notes.add(note(part, note, others));
        }
      }
      return notes;
    }

    private static boolean supplies(Part part, Selection selection) {
      return part.cluster().share().weight() > 0
          && selection.candidates().stream().anyMatch(candidate -> candidate.supply().weight() > 0);
    }

    /** Users are told of the cluster that their Service is in, and of that only what hurts. */
    private static Note note(Part part, Note note, boolean othersServe) {
      boolean nothing = note.event().equals(NO_ENDPOINTS) || note.event().equals(NO_NODES);
      if (part.leading()) {
        return nothing && othersServe ? Note.remark(elsewhere(note)) : note;
      }
      String text = part.cluster().name() + ": " + (nothing ? elsewhere(note) : note.text());
      return note.alarming() && !nothing ? Note.alarm(text) : Note.remark(text);
    }

    private static String elsewhere(Note note) {
      return note.event().equals(NO_ENDPOINTS)
          ? "no endpoint of the Service is ready in this cluster"
          : note.text();
    }
  }
}
