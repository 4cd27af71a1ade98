package io.headgate.takeover.peer;

import io.headgate.model.Addresses;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What edges tell each other through the link. */
public sealed interface PeerMessage {
  /** Words of the operator about draining and maintenance that the sender knows. */
  record Orders(Payload payload) implements PeerMessage {}

  /** Entries of the sender's affinity table; none where it wants to know all of the receiver's. */
  record Affinity(Payload payload) implements PeerMessage {}

  /**
   * The addresses that the sender owns, or offers to routers. Newer ones replace older ones.
   *
   * @param addresses of more than {@link #MOST} the first ones
   */
  record Announced(Set<InetAddress> addresses) implements PeerMessage {
    /** So many fit into one frame. */
    static final int MOST = 50_000;

    public Announced {
      addresses =
          addresses.size() <= MOST
              ? Set.copyOf(addresses)
              : addresses.stream()
                  .sorted(Addresses.ORDER)
                  .limit(MOST)
                  .collect(Collectors.toUnmodifiableSet());
    }
  }

  /**
   * The connections of the sender to nodes that it sees draining. Newer ones replace older ones.
   *
   * @param connections by the Node's name; of more than {@link #MOST} nodes the first ones
   */
  record Draining(Map<String, Integer> connections) implements PeerMessage {
    /** So many fit into one frame. */
    static final int MOST = 3_000;

    public Draining {
      connections =
          connections.entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .limit(MOST)
              .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
      connections.forEach((node, count) -> {
        Frames.checkName(node);
        if (count < 0) {
          throw new IllegalArgumentException("%d connections".formatted(count));
        }
      });
    }
  }

  /**
   * What the sender does for connections of a former owner's clients. Newer ones replace older
   * ones; an edge that wants no second chances says nothing of them.
   *
   * @param living connections that the addresses have moved away from, by the group's name
   * @param forwarding groups whose former owner it forwards packets to, or would
   */
  record SecondChances(Map<String, Integer> living, Set<String> forwarding) implements PeerMessage {
    public SecondChances {
      living = Map.copyOf(living);
      forwarding = Set.copyOf(forwarding);
      if (living.size() > Standing.MOST || forwarding.size() > Standing.MOST) {
        throw new IllegalArgumentException("more than %d groups".formatted(Standing.MOST));
      }
      living.keySet().forEach(Frames::checkName);
      forwarding.forEach(Frames::checkName);
    }
  }

  /**
   * How the sender stands in the elections. Newer ones replace older ones.
   *
   * @param priorities in effect, 0 (unfit) to 255, by the group's name, at most 255 bytes of UTF-8
   * @param sources of its advertisements, of all groups
   */
  record Standing(Map<String, Integer> priorities, Set<InetAddress> sources)
      implements PeerMessage {
    /** So many groups, and so many sources, fit into one frame. */
    static final int MOST = 2_000;

    public Standing {
      priorities = Map.copyOf(priorities);
      sources = Set.copyOf(sources);
      if (priorities.size() > MOST || sources.size() > MOST) {
        throw new IllegalArgumentException("more than %d groups or sources".formatted(MOST));
      }
      priorities.forEach((group, priority) -> {
        Frames.checkName(group);
        if (priority < 0 || priority > 255) {
          throw new IllegalArgumentException("priority %d, allowed are 0..255".formatted(priority));
        }
      });
    }
  }
}
