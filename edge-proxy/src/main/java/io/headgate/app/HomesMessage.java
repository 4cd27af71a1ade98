package io.headgate.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.model.Addresses;
import io.headgate.relay.ClientHome;
import io.headgate.takeover.peer.Payload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where clients of one route belong, as edges tell each other: the route's name (2 bytes of
 * length), then for each client its address and its backend's (16 bytes each, IPv4 mapped), the
 * backend's port (2) and for how many milliseconds it has not come (4). Pure.
 */
record HomesMessage(String route, List<ClientHome> homes) {
  private static final int ADDRESS_BYTES = 16;
  private static final int HOME_BYTES = 2 * ADDRESS_BYTES + Short.BYTES + Integer.BYTES;
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  HomesMessage {
    homes = List.copyOf(homes);
  }

  Payload payload() {
    byte[] name = route.getBytes(UTF_8);
    ByteBuffer out = ByteBuffer.allocate(Short.BYTES + name.length + homes.size() * HOME_BYTES);
    out.putShort((short) name.length).put(name);
    for (ClientHome home : homes) {
      put(out, home.client());
      put(out, home.backend().getAddress());
      out.putShort((short) home.backend().getPort());
      out.putInt(Math.clamp(home.agoMs(), 0, Integer.MAX_VALUE));
    }
    return new Payload(out.array());
  }

  /** Empty where it ends too early. */
  static Optional<HomesMessage> of(Payload payload) {
    ByteBuffer in = ByteBuffer.wrap(payload.bytes());
    try {
      byte[] name = new byte[Short.toUnsignedInt(in.getShort())];
      in.get(name);
      List<ClientHome> homes = new ArrayList<>(in.remaining() / HOME_BYTES);
      while (in.hasRemaining()) {
        InetAddress client = address(in);
        InetAddress backend = address(in);
        int port = Short.toUnsignedInt(in.getShort());
        long agoMs = Integer.toUnsignedLong(in.getInt());
        homes.add(new ClientHome(client, new InetSocketAddress(backend, port), agoMs));
      }
      return Optional.of(new HomesMessage(new String(name, UTF_8), homes));
    } catch (BufferUnderflowException _) {
      return Optional.empty();
    }
  }

  private static void put(ByteBuffer out, InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length < ADDRESS_BYTES) {
      out.put(MAPPED);
    }
    out.put(bytes);
  }

  private static InetAddress address(ByteBuffer in) {
    byte[] bytes = new byte[ADDRESS_BYTES];
    in.get(bytes);
    return Addresses.of(bytes);
  }
}
