package io.headgate.vrrp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a group takes for an advertisement of its own, by one family.
 *
 * @param version 2 or 3; see {@link Family#version}
 * @param priority our own, 1..255, to notice a second owner
 * @param interval our own: version 2 drops what differs, version 3 remarks on it
 * @param authentication what version 2 must carry; {@code None} for version 3
 * @param addresses of this family that the group serves
 * @param self our source address: what comes from there is our own
 * @param peers the only sources listened to, and by unicast; empty for multicast
 * @param minimumTtl the lowest time to live that is taken: 255 proves that no router forwarded it;
 *     unicast peers may be routed
 */
public record Expectation(
    int version,
    int routerId,
    int priority,
    Duration interval,
    Authentication authentication,
    List<InetAddress> addresses,
    InetAddress self,
    Set<InetAddress> peers,
    int minimumTtl) {

  public Expectation {
    addresses = List.copyOf(addresses);
    peers = Set.copyOf(peers);
    Wire.checkInterval(version, interval);
    Wire.checkRange("router id", routerId, 1, 255);
    Wire.checkRange("minimum time to live", minimumTtl, 0, 255);
  }

  /** Anybody on the LAN may send, by multicast. {@code ours} is what we would advertise. */
  public static Expectation multicast(Advertisement ours, InetAddress self) {
    return of(ours, self, Set.of(), 255);
  }

  /** Only the peers may send, by unicast, from wherever they are. */
  public static Expectation unicast(
      Advertisement ours, InetAddress self, Set<InetAddress> peers, int minimumTtl) {
    if (peers.isEmpty()) {
      throw new IllegalArgumentException("unicast needs peers");
    }
    return of(ours, self, peers, minimumTtl);
  }

  boolean isUnicast() {
    return !peers.isEmpty();
  }

  private static Expectation of(
      Advertisement ours, InetAddress self, Set<InetAddress> peers, int minimumTtl) {
    return new Expectation(
        ours.version(),
        ours.routerId(),
        ours.priority(),
        ours.interval(),
        ours.authentication(),
        ours.addresses(),
        self,
        peers,
        minimumTtl);
  }
}
