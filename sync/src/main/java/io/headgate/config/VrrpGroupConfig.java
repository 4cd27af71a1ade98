package io.headgate.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Addresses that move together, and how the edges elect their owner: one virtual router of RFC 9568
 * for each family among them.
 *
 * @param interfaceName where the addresses go and the advertisements are sent
 * @param routerId the VRID, 1 to 255
 * @param priority 2 to 255, for 1 says that an edge hands over; 255 is the owner's, who always
 *     takes over
 * @param addresses in the file's order
 * @param pools of addresses for Services that are this group's, too
 * @param version 2 or 3 of VRRP
 * @param preempt take over from an owner of lower priority
 * @param preemptDelay how long that waits
 * @param peers to whom advertisements go one by one; empty for multicast
 * @param virtualMac answer for the addresses with the virtual router's MAC
 * @param notifyProgram told of every change of state, with keepalived's arguments; empty for nobody
 * @param password of version 2's simple authentication; empty for none
 */
public record VrrpGroupConfig(
    String name,
    String interfaceName,
    int routerId,
    int priority,
    List<VirtualAddress> addresses,
    List<String> pools,
    int version,
    Duration advertiseInterval,
    boolean preempt,
    Duration preemptDelay,
    List<InetAddress> peers,
    boolean virtualMac,
    Checksum checksum,
    Optional<Path> notifyProgram,
    Optional<Password> password) {
  public VrrpGroupConfig {
    addresses = List.copyOf(addresses);
    pools = List.copyOf(pools);
    peers = List.copyOf(peers);
  }

  /**
   * An address that the edges own together.
   *
   * @param prefixBits as written, for the reader; it is always held by itself, as /32 or /128
   */
  public record VirtualAddress(InetAddress address, int prefixBits) {}

  /** Over what version 3 computes the checksum of IPv4, where implementations differ. */
  public enum Checksum {
    /** As the peers do; until one is heard, as keepalived. */
    AUTO,
    /** With a pseudo-header, as every version of keepalived, and FRR. */
    KEEPALIVED,
    /** Without (RFC 9568 section 5.2.8). */
    RFC9568
  }

  /** A shared word, sent in the clear (RFC 2338 section 5.3.6). Never shown. */
  public record Password(String word) {
    @Override
    public String toString() {
      return "***";
    }
  }
}
