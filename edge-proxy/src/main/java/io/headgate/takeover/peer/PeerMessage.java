package io.headgate.takeover.peer;

import java.net.InetAddress;
import java.util.Map;
import java.util.Set;

/** What edges tell each other through the link. */
public sealed interface PeerMessage {
  /** Words of the operator about draining and maintenance that the sender knows. */
  record Orders(Payload payload) implements PeerMessage {}

  /** Entries of the sender's affinity table; none where it wants to know all of the receiver's. */
  record Affinity(Payload payload) implements PeerMessage {}

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
