package io.headgate.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Whole Ethernet frames on one interface: packet(7). What is not to be heard is sorted out in the
 * kernel, so that a host that is busy does not have all its traffic read here.
 *
 * <p>Owned by one platform thread. Never waits: {@link #descriptor} is for {@link DescriptorWait}.
 * Needs CAP_NET_RAW to be opened.
 */
public final class PacketSocket implements AutoCloseable {
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int FRAME_BYTES = 2048; // of what is heard: no neighbour discovery is longer
  private static final int KIND_AT = 10; // in struct sockaddr_ll

  /** What is heard. */
  public enum Hears {
    /** Nothing: the socket is for sending. */
    NOTHING(0),
    /** RFC 826. */
    ARP(0x0806),
    /** Neighbour solicitations and advertisements, RFC 4861, without extension headers. */
    NEIGHBOUR_DISCOVERY(0x86dd);

    private final int etherType;

    Hears(int etherType) {
      this.etherType = etherType;
    }
  }

  /** Whom a frame is for, in the order of linux/if_packet.h. */
  public enum Destination {
    THIS_HOST,
    BROADCAST,
    MULTICAST,
    ANOTHER_HOST,
    /** This host has sent it. */
    OUTGOING
  }

  /**
   * A frame that was heard.
   *
   * @param bytes from the Ethernet header on; valid until the next is received
   * @param truncated its end is missing
   */
  public record Frame(ByteBuffer bytes, Destination destination, boolean truncated) {}

  private final MessageSocket socket;

  private PacketSocket(MessageSocket socket) {
    this.socket = socket;
  }

  /**
   * Opens it.
   *
   * @param interfaceIndex of an Ethernet interface
   */
  public static Attempt<PacketSocket> open(int interfaceIndex, Hears hears) {
    // Of no protocol until it is bound: nothing comes in before the filter is there.
    return MessageSocket.open(
            AF_PACKET, SOCK_RAW, 0, FRAME_BYTES, 9216, "a packet socket", "CAP_NET_RAW")
        .then(socket -> bound(socket, interfaceIndex, hears))
        .map(PacketSocket::new);
  }

  private static Attempt<MessageSocket> bound(
      MessageSocket socket, int interfaceIndex, Hears hears) {
    int answer = hears == Hears.NEIGHBOUR_DISCOVERY ? socket.filter(neighbourDiscovery()) : 0;
    if (answer >= 0) {
      var address = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder()); // sockaddr_ll
      address.putShort((short) AF_PACKET);
      address.put((byte) (hears.etherType >> 8)).put((byte) hears.etherType);
      address.putInt(interfaceIndex);
      answer = socket.bind(address.array());
    }
    if (answer < 0) {
      socket.close();
      return Attempt.Refused.because(
          answer, "bind a packet socket to interface " + interfaceIndex, "CAP_NET_RAW");
    }
    return new Attempt.Succeeded<>(socket);
  }

  /**
   * A classic BPF program: IPv6, next header ICMPv6, hop limit 255 (RFC 4861 section 7.1), type 135
   * or 136.
   */
  static byte[] neighbourDiscovery() {
    var program = ByteBuffer.allocate(11 * 8).order(ByteOrder.nativeOrder());
    instruction(program, 0x28, 0, 0, 12); // A = 16 bits at 12
    instruction(program, 0x15, 0, 8, 0x86dd); // A == ? go on : to the last
    instruction(program, 0x30, 0, 0, 20); // A = 8 bits at 20
    instruction(program, 0x15, 0, 6, 58);
    instruction(program, 0x30, 0, 0, 21);
    instruction(program, 0x15, 0, 4, 255);
    instruction(program, 0x30, 0, 0, 54);
    instruction(program, 0x15, 1, 0, 135);
    instruction(program, 0x15, 0, 1, 136);
    instruction(program, 0x06, 0, 0, FRAME_BYTES); // taken
    instruction(program, 0x06, 0, 0, 0);
    return program.array();
  }

  /** A struct sock_filter. */
  private static void instruction(
      ByteBuffer program, int code, int ifTrue, int ifFalse, int operand) {
    program.putShort((short) code).put((byte) ifTrue).put((byte) ifFalse).putInt(operand);
  }

  /** For {@link DescriptorWait}, until this is closed. */
  public int descriptor() {
    return socket.descriptor();
  }

  /** The next frame that has arrived. */
  public Reception<Frame> receive() {
    int answer = socket.receive();
    if (answer < 0) {
      return Reception.failed(answer);
    }
    int kind = socket.sender().get(KIND_AT);
    Destination[] destinations = Destination.values();
    return new Reception.Arrived<>(
        new Frame(
            socket.received().slice(),
            kind < destinations.length ? destinations[kind] : Destination.ANOTHER_HOST,
            socket.truncated()));
  }

  /**
   * Sends a frame as it is.
   *
   * @param frame from its position to its limit, which stay: addresses, type, payload
   * @return 0, or the negated errno: {@link Errno#text}
   */
  public int send(ByteBuffer frame) {
    int bytes = frame.remaining();
    socket.outgoing().put(0, frame, frame.position(), bytes);
    return Math.min(socket.send(0, 0, bytes), 0);
  }

  @Override
  public void close() {
    socket.close();
  }
}
