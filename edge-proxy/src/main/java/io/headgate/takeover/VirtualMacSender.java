package io.headgate.takeover;

import io.headgate.linux.Attempt;
import io.headgate.linux.MacAddress;
import io.headgate.linux.PacketSocket;
import io.headgate.vrrp.AdvertisementCodec;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Sends advertisements with the virtual router's Ethernet address as their source, from which
 * switches learn where it is. By the parent interface, not by the one with that address: that is
 * down while another edge owns, and the first advertisement of an owner comes before its addresses.
 * Owned by the vrrp thread.
 */
final class VirtualMacSender implements AutoCloseable {
  private final PacketSocket socket;
  private final MacAddress mac;
  private final InetAddress source;
  private final ByteBuffer frame =
      ByteBuffer.allocate(AdvertisementFrame.HEADER_BYTES + AdvertisementCodec.MAX_BYTES);
  private int identification;

  private VirtualMacSender(PacketSocket socket, MacAddress mac, InetAddress source) {
    this.socket = socket;
    this.mac = mac;
    this.source = source;
  }

  /**
   * @param source IP address of what is sent, which also says the family
   */
  static Attempt<VirtualMacSender> open(int parentIndex, MacAddress mac, InetAddress source) {
    return PacketSocket.open(parentIndex, PacketSocket.Hears.NOTHING)
        .map(socket -> new VirtualMacSender(socket, mac, source));
  }

  /**
   * Sends a message, to the group of all VRRP routers.
   *
   * @return 0, or the negated errno
   */
  int send(ByteBuffer message) {
    identification++;
    frame.clear();
    AdvertisementFrame.encode(mac, source, identification, message, frame);
    return socket.send(frame.flip());
  }

  @Override
  public void close() {
    socket.close();
  }
}
