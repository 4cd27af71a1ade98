package io.headgate.takeover;

import io.headgate.linux.Attempt;
import io.headgate.linux.MacAddress;
import io.headgate.linux.PacketSocket;
import io.headgate.linux.Reception;
import io.headgate.vrrp.Family;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The hosts on the link of a group: telling them who has an address, asking them who has, and
 * hearing what they say of themselves (RFC 826, RFC 4861). Owned by the vrrp thread.
 */
final class Neighbours implements AutoCloseable {
  private final PacketSocket arp;
  private final PacketSocket discovery;
  private final MacAddress mac;
  private final Map<Family, MacAddress> virtual;

  private Neighbours(
      PacketSocket arp, PacketSocket discovery, MacAddress mac, Map<Family, MacAddress> virtual) {
    this.arp = arp;
    this.discovery = discovery;
    this.mac = mac;
    this.virtual = Map.copyOf(virtual);
  }

  /**
   * @param mac of that interface
   * @param virtual what the addresses of a family are announced with instead; whoever else says to
   *     have one with it is an edge of the same group
   */
  static Attempt<Neighbours> open(
      int interfaceIndex, MacAddress mac, Map<Family, MacAddress> virtual) {
    return PacketSocket.open(interfaceIndex, PacketSocket.Hears.ARP)
        .then(arp -> {
          Attempt<PacketSocket> discovery =
              PacketSocket.open(interfaceIndex, PacketSocket.Hears.NEIGHBOUR_DISCOVERY);
          if (discovery instanceof Attempt.Refused<PacketSocket>) {
            arp.close();
          }
          return discovery.map(both -> new Neighbours(arp, both, mac, virtual));
        });
  }

  List<Integer> descriptors() {
    return List.of(arp.descriptor(), discovery.descriptor());
  }

  /** Both forms of ARP, because some hosts heed only one of them. */
  void announce(InetAddress address) {
    MacAddress with = virtual.getOrDefault(Family.of(address), mac);
    if (address instanceof Inet4Address) {
      send(arp, ArpFrame.gratuitousRequest(with, address).broadcast());
      send(arp, ArpFrame.gratuitousReply(with, address).broadcast());
    } else {
      send(discovery, NeighbourFrame.unsolicited(with, address));
    }
  }

  /** Asks whether somebody has it, without claiming it: RFC 5227, RFC 4862. */
  void probe(InetAddress address) {
    if (address instanceof Inet4Address) {
      send(arp, ArpFrame.probe(mac, address).broadcast());
    } else {
      send(discovery, NeighbourFrame.probe(mac, address));
    }
  }

  /** What is lost is sent again by the schedule. */
  private static void send(PacketSocket socket, ByteBuffer frame) {
    var _ = socket.send(frame);
  }

  /** Every claim of another host that has arrived: an address, and who says to have it. */
  void receive(BiConsumer<InetAddress, MacAddress> claim) {
    drain(
        arp,
        frame ->
            ArpFrame.read(frame)
                .filter(packet -> !packet.isProbe() && !ours(packet.senderMac()))
                .ifPresent(packet -> claim.accept(packet.sender(), packet.senderMac())));
    drain(
        discovery,
        frame ->
            NeighbourFrame.read(frame)
                .filter(packet -> !packet.solicitation() && !ours(packet.mac()))
                .ifPresent(packet -> claim.accept(packet.target(), packet.mac())));
  }

  private boolean ours(MacAddress one) {
    return one.equals(mac) || virtual.containsValue(one);
  }

  private static void drain(PacketSocket socket, Consumer<ByteBuffer> each) {
    while (socket.receive() instanceof Reception.Arrived<PacketSocket.Frame>(var frame)) {
      if (frame.destination() != PacketSocket.Destination.OUTGOING && !frame.truncated()) {
        each.accept(frame.bytes());
      }
    }
  }

  @Override
  public void close() {
    arp.close();
    discovery.close();
  }
}
