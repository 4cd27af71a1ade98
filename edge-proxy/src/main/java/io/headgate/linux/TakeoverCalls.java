package io.headgate.linux;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Makes the calls of a takeover fast from the first on. */
public final class TakeoverCalls {
  private static final int LOOPBACK = 1; // its index in every network namespace
  private static final int ROUNDS = 3; // the first links, the others run what it has linked

  private TakeoverCalls() {}

  /**
   * Links every call of this package that a takeover makes and makes each, without effect: a first
   * one takes 8 to 25 ms. To be called when the process starts; takes half a second. Without
   * privileges or off Linux it does what it can.
   */
  public static void warm() {
    if (!StreamSockets.available()) {
      return;
    }
    for (int i = 0; i < ROUNDS; i++) {
      warmWaiting();
      warmNetlink();
      InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
      InetAddress loopback6 = InetAddress.ofLiteral("::1");
      warmVrrp(loopback);
      warmVrrp(loopback6);
      warmPackets();
    }
    // No connection has this address: RFC 5737.
    var _ = SocketDestroy.connectionsOf(InetAddress.ofLiteral("192.0.2.0"));
  }

  private static void warmWaiting() {
    DescriptorWait.open(1)
        .optional()
        .ifPresent(wait -> {
          try (wait) {
            wait.wake();
            var _ = wait.await(0);
          }
        });
  }

  /** There is no interface 0: nothing comes of changes there. */
  private static void warmNetlink() {
    InetAddress address = InetAddress.ofLiteral("192.0.2.0");
    InetAddress address6 = InetAddress.ofLiteral("2001:db8::");
    InterfaceAddresses.open()
        .optional()
        .ifPresent(addresses -> {
          try (addresses) {
            var _ = addresses.put(0, address, 32, 1);
            var _ = addresses.put(0, address6, 128, 1);
            var _ = addresses.remove(0, address, 32);
            var _ = addresses.remove(0, address6, 128);
            var _ = addresses.list();
          }
        });
    NetworkLinks.open()
        .optional()
        .ifPresent(links -> {
          try (links) {
            var _ = links.list();
          }
        });
    NetworkChanges.open()
        .optional()
        .ifPresent(changes -> {
          try (changes) {
            var _ = changes.take();
          }
        });
  }

  /** Of no bytes, to nobody who listens. */
  private static void warmVrrp(InetAddress loopback) {
    VrrpSocket.open(LOOPBACK, loopback, VrrpSocket.Mode.UNICAST)
        .optional()
        .ifPresent(socket -> {
          try (socket) {
            var _ = socket.send(ByteBuffer.allocate(8), loopback);
            var _ = socket.receive();
          }
        });
  }

  /** Shorter than a header: the kernel sends nothing. */
  private static void warmPackets() {
    PacketSocket.open(LOOPBACK, PacketSocket.Hears.NEIGHBOUR_DISCOVERY)
        .optional()
        .ifPresent(socket -> {
          try (socket) {
            var _ = socket.send(ByteBuffer.allocate(1));
            var _ = socket.receive();
          }
        });
  }
}
