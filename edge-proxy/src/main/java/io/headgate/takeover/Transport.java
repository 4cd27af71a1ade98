package io.headgate.takeover;

import io.headgate.config.VrrpGroupConfig;
import io.headgate.config.VrrpGroupConfig.VirtualAddress;
import io.headgate.linux.Attempt;
import io.headgate.linux.Errno;
import io.headgate.linux.MacAddress;
import io.headgate.linux.Reception;
import io.headgate.linux.VrrpSocket;
import io.headgate.vrrp.Advertisement;
import io.headgate.vrrp.AdvertisementCodec;
import io.headgate.vrrp.Authentication;
import io.headgate.vrrp.ChecksumStyle;
import io.headgate.vrrp.DropReason;
import io.headgate.vrrp.ElectionEvent.Heard;
import io.headgate.vrrp.Envelope;
import io.headgate.vrrp.Expectation;
import io.headgate.vrrp.Family;
import io.headgate.vrrp.Received;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a group speaks and listens by one family. Owned by the vrrp thread. */
final class Transport implements AutoCloseable {
  /** One hop for everybody; peers may be behind routers. */
  private static final int ANY_TTL = 1;

  private final Family family;
  private final VrrpSocket socket;
  private final @Nullable VirtualMacSender sender;
  private final ByteBuffer message = ByteBuffer.allocate(AdvertisementCodec.MAX_BYTES);
  private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
  private VrrpGroupConfig config;
  private List<InetAddress> destinations;
  private Expectation expectation;
  private ChecksumStyle style;
  private long sent;
  private long heard;
  private String sendProblem = "";
  private String receiveProblem = "";

  private Transport(
      VrrpGroupConfig config, Family family, VrrpSocket socket, Optional<VirtualMacSender> sender) {
    this.family = family;
    this.socket = socket;
    this.sender = sender.orElse(null);
    this.config = config;
    this.destinations = destinations();
    this.expectation = expectation();
    this.style = firstStyle();
  }

  /** The same group with other words, to be said and expected from now on. */
  void configure(VrrpGroupConfig next) {
    boolean learns = next.checksum() == config.checksum();
    config = next;
    destinations = destinations();
    expectation = expectation();
    style = learns ? style : firstStyle();
  }

  private List<InetAddress> destinations() {
    List<InetAddress> peers =
        config.peers().stream().filter(peer -> Family.of(peer) == family).toList();
    return peers.isEmpty() ? List.of(family.group()) : peers;
  }

  private Expectation expectation() {
    Advertisement ours = advertisement(config.priority());
    return config.peers().isEmpty()
        ? Expectation.multicast(ours, socket.source())
        : Expectation.unicast(ours, socket.source(), Set.copyOf(destinations), ANY_TTL);
  }

  private ChecksumStyle firstStyle() {
    return switch (config.checksum()) {
      case AUTO, KEEPALIVED -> ChecksumStyle.PSEUDO_HEADER;
      case RFC9568 -> ChecksumStyle.PLAIN;
    };
  }

  /**
   * @param virtual what it sends from, if that is not the interface's own
   */
  static Attempt<Transport> open(
      VrrpGroupConfig config,
      Family family,
      int interfaceIndex,
      InetAddress source,
      Optional<MacAddress> virtual) {
    VrrpSocket.Mode mode =
        config.peers().isEmpty() ? VrrpSocket.Mode.MULTICAST : VrrpSocket.Mode.UNICAST;
    return VrrpSocket.open(interfaceIndex, source, mode)
        .then(socket -> {
          Attempt<Optional<VirtualMacSender>> sender =
              virtual.isEmpty()
                  ? new Attempt.Succeeded<>(Optional.empty())
                  : VirtualMacSender.open(interfaceIndex, virtual.get(), source).map(Optional::of);
          if (sender instanceof Attempt.Refused<Optional<VirtualMacSender>>) {
            socket.close();
          }
          return sender.map(opened -> new Transport(config, family, socket, opened));
        });
  }

  int descriptor() {
    return socket.descriptor();
  }

  void send(int priority) {
    Advertisement advertisement = advertisement(priority);
    sendProblem = "";
    for (InetAddress destination : destinations) {
      message.clear();
      AdvertisementCodec.encode(advertisement, socket.source(), destination, style, message);
      message.flip();
      int answer = sender == null ? socket.send(message, destination) : sender.send(message);
      if (answer < 0) {
        sendProblem = "cannot send advertisements: " + Errno.text(-answer);
      } else {
        sent++;
      }
    }
  }

  /** All that has arrived. */
  void receive(Consumer<Heard> each, Consumer<DropReason> eachDropped) {
    receiveProblem = "";
    while (true) {
      switch (socket.receive()) {
        case Reception.Arrived<VrrpSocket.Packet>(VrrpSocket.Packet packet) ->
            read(packet, each, eachDropped);
        case Reception.Nothing<VrrpSocket.Packet> _ -> {
          return;
        }
        case Reception.Failed<VrrpSocket.Packet>(_, String why) -> {
          receiveProblem = why;
          return;
        }
      }
    }
  }

  private void read(
      VrrpSocket.Packet packet, Consumer<Heard> each, Consumer<DropReason> eachDropped) {
    var envelope = new Envelope(packet.source(), packet.destination(), packet.timeToLive(), family);
    switch (AdvertisementCodec.decode(packet.payload(), envelope, expectation)) {
      case Received.Valid valid -> {
        heard++;
        if (config.checksum() == VrrpGroupConfig.Checksum.AUTO) {
          style = valid.style();
        }
        each.accept(new Heard(family, packet.source(), valid));
      }
      case Received.Dropped(DropReason reason) -> {
        dropped.merge(reason, 1L, Long::sum);
        eachDropped.accept(reason);
      }
    }
  }

  private Advertisement advertisement(int priority) {
    int version = family.version(config.version());
    Authentication authentication =
        version == 2
            ? config
                .password()
                .<Authentication>map(password -> Authentication.SimplePassword.of(password.word()))
                .orElseGet(Authentication.None::new)
            : new Authentication.None();
    return new Advertisement(
        version,
        config.routerId(),
        priority,
        config.advertiseInterval(),
        config.addresses().stream()
            .map(VirtualAddress::address)
            .filter(address -> Family.of(address) == family)
            .toList(),
        authentication);
  }

  Map<DropReason, Long> dropped() {
    return Map.copyOf(dropped);
  }

  long sent() {
    return sent;
  }

  long heard() {
    return heard;
  }

  /** Why it could not be heard when it spoke last; empty where it could. */
  String sendProblem() {
    return sendProblem;
  }

  /** Why it hears nothing; empty where it does. */
  String receiveProblem() {
    return receiveProblem;
  }

  @Override
  public void close() {
    socket.close();
    if (sender != null) {
      sender.close();
    }
  }
}
