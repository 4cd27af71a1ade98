package io.headgate.vrrp;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * One VRRP advertisement, RFC 9568 5.2 (version 3) or RFC 3768 5.3 (version 2).
 *
 * @param version 2 or 3
 * @param routerId the virtual router's number, 1..255
 * @param priority 0..255; {@link #LEAVING}, {@link #YIELDING} and {@link #OWNER} mean more than a
 *     rank
 * @param interval between two advertisements: tens of milliseconds up to 40.95 s in version 3,
 *     whole seconds up to 255 in version 2
 * @param addresses that the sender serves, 1..255, of one family; IPv4 only in version 2
 * @param authentication {@code None} in version 3
 */
public record Advertisement(
    int version,
    int routerId,
    int priority,
    Duration interval,
    List<InetAddress> addresses,
    Authentication authentication) {

  /** The sender stops serving now, RFC 9568 5.2.4. */
  public static final int LEAVING = 0;

  /**
   * The sender serves until another does: what an edge of ours advertises while it hands over, and
   * the lowest rank there is for everybody else.
   */
  public static final int YIELDING = 1;

  /** The sender's own interface has the addresses, RFC 9568 5.2.4. */
  public static final int OWNER = 255;

  public Advertisement {
    addresses = List.copyOf(addresses);
    Wire.checkRange("router id", routerId, 1, 255);
    Wire.checkRange("priority", priority, 0, 255);
    Wire.checkRange("number of addresses", addresses.size(), 1, 255);
    Wire.checkInterval(version, interval);
    checkFamilies(version, addresses);
    if (version == 3 && authentication.type() != 0) {
      throw new IllegalArgumentException("version 3 has no authentication");
    }
  }

  public Family family() {
    return Family.of(addresses.getFirst());
  }

  private static void checkFamilies(int version, List<InetAddress> addresses) {
    Family family = Family.of(addresses.getFirst());
    if (family.version(version) != version) {
      throw new IllegalArgumentException("version 2 has no IPv6");
    }
    for (InetAddress address : addresses) {
      if (Family.of(address) != family) {
        throw new IllegalArgumentException("addresses of two families: " + addresses);
      }
    }
  }
}
