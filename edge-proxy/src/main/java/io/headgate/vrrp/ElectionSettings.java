package io.headgate.vrrp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How this edge takes part in the election of one group.
 *
 * @param version 2 or 3
 * @param interval between our advertisements while Active; see {@link Advertisement}
 * @param priority 1..255 when nothing speaks against us; 255 means owner
 * @param preempt whether to take over from an Active of lower priority (RFC 9568 6.1); an owner
 *     always does
 * @param preemptDelay how long a lower Active must have been heard before that; zero for at once
 * @param sources per family that the group has addresses of, our own source address, by which ties
 *     are decided; at least one
 */
public record ElectionSettings(
    int version,
    Duration interval,
    int priority,
    boolean preempt,
    Duration preemptDelay,
    Map<Family, InetAddress> sources) {

  public ElectionSettings {
    sources = Map.copyOf(sources);
    Wire.checkInterval(version, interval);
    Wire.checkRange("priority", priority, 1, 255);
    Wire.checkRange("number of families", sources.size(), 1, 2);
    if (preemptDelay.isNegative()) {
      throw new IllegalArgumentException("a negative preempt delay: " + preemptDelay);
    }
    sources.forEach(ElectionSettings::checkFamily);
  }

  /** IPv4 first, the same on every edge: {@link Tie} relies on it. */
  public List<Family> families() {
    return sources.keySet().stream().sorted().toList();
  }

  private static void checkFamily(Family family, InetAddress source) {
    if (Family.of(source) != family) {
      throw new IllegalArgumentException(source + " is not " + family);
    }
  }
}
