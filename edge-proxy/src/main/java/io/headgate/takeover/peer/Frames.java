package io.headgate.takeover.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.model.Addresses;
import io.headgate.takeover.peer.Frame.Carried;
import io.headgate.takeover.peer.Frame.Goodbye;
import io.headgate.takeover.peer.Frame.Hello;
import io.headgate.takeover.peer.Frame.Ping;
import io.headgate.takeover.peer.Frame.Pong;
import io.headgate.takeover.peer.PeerMessage.Affinity;
import io.headgate.takeover.peer.PeerMessage.Announced;
import io.headgate.takeover.peer.PeerMessage.Draining;
import io.headgate.takeover.peer.PeerMessage.Orders;
import io.headgate.takeover.peer.PeerMessage.SecondChances;
import io.headgate.takeover.peer.PeerMessage.Standing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Frames as bytes: length of the rest (4 bytes, network order), kind (1), content. A kind that is
 * not known here is skipped, and so are bytes beyond a known content: both are of a newer peer. The
 * version of the protocol goes in the hello. Pure.
 */
final class Frames {
  /** Of the length field's value. */
  static final int MAXIMUM_BYTES = 1 << 20;

  static final int PROTOCOL = 1;

  private static final int MAGIC = 0x48474c4b; // "HGLK"
  private static final int MAXIMUM_NAME_BYTES = 255;

  private static final int HELLO = 1;
  private static final int GOODBYE = 2;
  private static final int PING = 3;
  private static final int PONG = 4;
  private static final int ORDERS = 16;
  private static final int AFFINITY = 17;
  private static final int STANDING = 18;
  private static final int ANNOUNCED = 19;
  private static final int DRAINING = 20;
  private static final int SECOND_CHANCES = 21;

  private Frames() {}

  /** With its length in front. */
  static ByteBuf encode(Frame frame) {
    ByteBuf out = Unpooled.buffer(64).writeInt(0);
    switch (frame) {
      case Hello hello -> {
        out.writeByte(HELLO).writeInt(MAGIC).writeByte(hello.protocol());
        out.writeLong(hello.startId()).writeShort(hello.listenPort());
        writeName(out, hello.edgeName());
        out.writeShort(hello.lifelinePort());
      }
      case Goodbye(var reason) -> out.writeByte(GOODBYE).writeByte(reason.code());
      case Ping(var token) -> out.writeByte(PING).writeLong(token);
      case Pong(var token) -> out.writeByte(PONG).writeLong(token);
      case Carried(Orders(var payload)) -> out.writeByte(ORDERS).writeBytes(payload.bytes());
      case Carried(Affinity(var payload)) -> out.writeByte(AFFINITY).writeBytes(payload.bytes());
      case Carried(Standing standing) -> write(out.writeByte(STANDING), standing);
      case Carried(Announced(var addresses)) -> write(out.writeByte(ANNOUNCED), addresses);
      case Carried(Draining(var connections)) -> writeCounts(out.writeByte(DRAINING), connections);
      case Carried(SecondChances chances) -> write(out.writeByte(SECOND_CHANCES), chances);
    }
    return out.setInt(0, out.writerIndex() - Integer.BYTES);
  }

  /**
   * @param in without its length
   * @return empty for a kind that a newer peer knows
   * @throws CorruptedFrameException for a known kind with a content that is none
   */
  static Optional<Frame> decode(ByteBuf in) {
    try {
      return switch (in.readUnsignedByte()) {
        case HELLO -> Optional.of(hello(in));
        case GOODBYE -> Optional.of(new Goodbye(GoodbyeReason.of(in.readUnsignedByte())));
        case PING -> Optional.of(new Ping(in.readLong()));
        case PONG -> Optional.of(new Pong(in.readLong()));
        case ORDERS -> Optional.of(new Carried(new Orders(payload(in))));
        case AFFINITY -> Optional.of(new Carried(new Affinity(payload(in))));
        case STANDING -> Optional.of(new Carried(standing(in)));
        case ANNOUNCED -> Optional.of(new Carried(new Announced(readAddresses(in))));
        case DRAINING -> Optional.of(new Carried(new Draining(readCounts(in))));
        case SECOND_CHANCES -> Optional.of(new Carried(secondChances(in)));
        default -> Optional.empty();
      };
    } catch (IndexOutOfBoundsException _) {
      throw new CorruptedFrameException("a frame that ends too early");
    } catch (IllegalArgumentException e) {
      throw new CorruptedFrameException(e.getMessage());
    }
  }

  /**
   * @throws IllegalArgumentException unless it fits into a frame and a line of a log
   */
  static String checkName(String name) {
    int bytes = ByteBufUtil.utf8Bytes(name);
    if (bytes == 0 || bytes > MAXIMUM_NAME_BYTES) {
      throw new IllegalArgumentException(
          "a name of %d bytes, allowed are 1..%d".formatted(bytes, MAXIMUM_NAME_BYTES));
    }
    if (name.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a name with control characters");
    }
    return name;
  }

  private static Hello hello(ByteBuf in) {
    if (in.readInt() != MAGIC) {
      throw new CorruptedFrameException("not a hello of an edge");
    }
    int protocol = in.readUnsignedByte();
    long startId = in.readLong();
    int listenPort = in.readUnsignedShort();
    String edgeName = readName(in);
    int lifelinePort = in.isReadable() ? in.readUnsignedShort() : 0;
    return new Hello(edgeName, protocol, startId, listenPort, lifelinePort);
  }

  private static Payload payload(ByteBuf in) {
    return new Payload(ByteBufUtil.getBytes(in.readSlice(in.readableBytes())));
  }

  private static void write(ByteBuf out, Standing standing) {
    out.writeShort(standing.priorities().size());
    standing
        .priorities()
        .forEach((group, priority) -> {
          writeName(out, group);
          out.writeByte(priority);
        });
    write(out, standing.sources());
  }

  private static Standing standing(ByteBuf in) {
    Map<String, Integer> priorities = new HashMap<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      String group = readName(in);
      priorities.put(group, (int) in.readUnsignedByte());
    }
    return new Standing(priorities, readAddresses(in));
  }

  private static void writeCounts(ByteBuf out, Map<String, Integer> counts) {
    out.writeShort(counts.size());
    counts.forEach((name, count) -> {
      writeName(out, name);
      out.writeInt(count);
    });
  }

  private static Map<String, Integer> readCounts(ByteBuf in) {
    Map<String, Integer> counts = new HashMap<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      String name = readName(in);
      counts.put(name, in.readInt());
    }
    return counts;
  }

  private static void write(ByteBuf out, Set<InetAddress> addresses) {
    out.writeShort(addresses.size());
    for (InetAddress address : addresses) {
      byte[] bytes = address.getAddress();
      out.writeByte(bytes.length).writeBytes(bytes);
    }
  }

  private static Set<InetAddress> readAddresses(ByteBuf in) {
    Set<InetAddress> addresses = new HashSet<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      addresses.add(readAddress(in));
    }
    return addresses;
  }

  private static void write(ByteBuf out, SecondChances chances) {
    writeCounts(out, chances.living());
    out.writeShort(chances.forwarding().size());
    chances.forwarding().forEach(group -> writeName(out, group));
  }

  private static SecondChances secondChances(ByteBuf in) {
    Map<String, Integer> living = readCounts(in);
    Set<String> forwarding = new HashSet<>();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      forwarding.add(readName(in));
    }
    return new SecondChances(living, forwarding);
  }

  private static InetAddress readAddress(ByteBuf in) {
    byte[] bytes = new byte[in.readUnsignedByte()];
    in.readBytes(bytes);
    return Addresses.of(bytes);
  }

  private static void writeName(ByteBuf out, String name) {
    byte[] bytes = name.getBytes(UTF_8);
    out.writeByte(bytes.length).writeBytes(bytes);
  }

  private static String readName(ByteBuf in) {
    byte[] bytes = new byte[in.readUnsignedByte()];
    in.readBytes(bytes);
    try {
      return checkName(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a name that is not UTF-8", e);
    }
  }
}
