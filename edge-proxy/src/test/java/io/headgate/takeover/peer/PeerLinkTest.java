package io.headgate.takeover.peer;

import static io.headgate.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.takeover.peer.PeerMessage.Affinity;
import io.headgate.takeover.peer.PeerMessage.Orders;
import io.headgate.takeover.peer.PeerMessage.Standing;
import io.headgate.testing.Command;
import io.headgate.testing.Ports;
import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links on real sockets. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PeerLinkTest {
  private static final String KEY = PeerKey.generate();

  @TempDir private Path directory;

  private final InetSocketAddress here = Ports.free("127.0.0.1");
  private final InetSocketAddress there = Ports.free("127.0.0.1");
  private final List<AutoCloseable> open = new ArrayList<>();

  private final Told told = new Told();
  private final Told toldThere = new Told();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  /** What a link tells, with when. */
  private static final class Told implements PeerEvents {
    private record Line(long atNs, PeerStatus status) {}

    private final Queue<Line> lines = new ConcurrentLinkedQueue<>();
    private final Queue<PeerMessage> messages = new ConcurrentLinkedQueue<>();
    private final Queue<InetSocketAddress> reachable = new ConcurrentLinkedQueue<>();

    @Override
    public void verdict(PeerStatus peer) {
      lines.add(new Line(System.nanoTime(), peer));
    }

    @Override
    public void reachable(PeerStatus peer) {
      reachable.add(peer.address());
    }

    @Override
    public void received(PeerStatus peer, PeerMessage message) {
      messages.add(message);
    }

    List<Verdict> verdicts() {
      return lines.stream().map(line -> line.status().verdict()).toList();
    }
  }

  @Test
  void two_edges_meet_and_say_all_there_is_to_say() {
    PeerLink one = link("one", here, there, told);
    PeerLink two = link("two", there, here, toldThere);
    awaitVerdict(one, Verdict.ALIVE);
    awaitVerdict(two, Verdict.ALIVE);
    eventually(() -> assertThat(only(one).roundTrip()).isPresent());
    eventually(() -> assertThat(only(two).roundTrip()).isPresent());
    assertThat(only(one).name()).contains("two");
    assertThat(told.reachable).containsExactly(there);
    List<PeerMessage> said =
        List.of(
            new Orders(new Payload(new byte[] {1, 2, 3})),
            new Affinity(new Payload(new byte[Payload.MAXIMUM_BYTES])),
            new Standing(Map.of("front", 250), Set.of(here.getAddress())));
    said.forEach(one::send);
    eventually(() -> assertThat(toldThere.messages).containsExactlyElementsOf(said));
    two.send(new Standing(Map.of(), Set.of()));
    eventually(() -> assertThat(told.messages).containsExactly(new Standing(Map.of(), Set.of())));
    assertThat(only(one).counters().sent()).isEqualTo(3);
    assertThat(only(one).counters().unsent()).isZero();
  }

  @Test
  void a_list_of_peers_that_is_the_same_on_every_edge_is_good() {
    var settings = new PeerLinkSettings(Optional.of(here), List.of(here, there), key(KEY), "one");
    assertThat(settings.peers()).containsExactly(there);
  }

  @Test
  void what_an_edge_says_before_it_is_known_for_a_peer_is_not_lost() {
    InetSocketAddress elsewhere = Ports.free("127.0.0.2");
    InetSocketAddress nobody = Ports.free("127.0.0.3");
    PeerLink one =
        open(
            new PeerLink(
                new PeerLinkSettings(
                    Optional.of(here), List.of(elsewhere, nobody), key(KEY), "one"),
                told));
    eventually(() -> assertThat(one.status().getFirst().counters().dials()).isPositive());
    // It answers at its address, but comes from another.
    InetSocketAddress wildcard =
        new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), elsewhere.getPort());
    PeerLink two = link("two", wildcard, here, toldThere);
    eventually(() -> assertThat(toldThere.reachable).containsExactly(here));
    two.send(new Orders(new Payload(new byte[] {1})));
    eventually(() -> assertThat(told.reachable).containsExactly(elsewhere));
    two.send(new Orders(new Payload(new byte[] {2})));
    eventually(() ->
        assertThat(told.messages)
            .containsExactly(
                new Orders(new Payload(new byte[] {1})), new Orders(new Payload(new byte[] {2}))));
  }

  @Test
  void an_edge_that_stops_is_leaving_and_never_gone() {
    PeerLink one = link("one", here, there, told);
    PeerLink two = link("two", there, here, toldThere);
    awaitVerdict(one, Verdict.ALIVE);
    awaitVerdict(two, Verdict.ALIVE);
    two.goodbye(GoodbyeReason.UPGRADE);
    awaitVerdict(one, Verdict.LEAVING);
    assertThat(only(one).leaving()).contains(GoodbyeReason.UPGRADE);
    two.close();
    eventually(() -> assertThat(only(one).counters().refusedDials()).isPositive());
    assertThat(told.verdicts()).containsExactly(Verdict.ALIVE, Verdict.LEAVING);
    PeerLink another = link("two", there, here, toldThere);
    awaitVerdict(one, Verdict.ALIVE);
    awaitVerdict(another, Verdict.ALIVE);
  }

  @Test
  void closing_says_goodbye_by_itself() {
    PeerLink one = link("one", here, there, told);
    PeerLink two = link("two", there, here, toldThere);
    awaitVerdict(one, Verdict.ALIVE);
    eventually(() -> assertThat(only(two).roundTrip()).isPresent());
    two.close();
    awaitVerdict(one, Verdict.LEAVING);
    assertThat(only(one).leaving()).contains(GoodbyeReason.STOP);
  }

  @Test
  void a_process_that_is_killed_is_gone_and_alive_again_as_another_one() throws Exception {
    PeerLink one = link("one", here, there, told);
    List<Double> tookMs = new ArrayList<>();
    for (int round = 1; round <= 3; round++) {
      Process process = edge();
      awaitVerdict(one, Verdict.ALIVE);
      eventually(() -> assertThat(only(one).roundTrip()).isPresent());
      eventually(() -> assertThat(only(one).lifeline()).isEqualTo(LifelineState.HELD));
      long killedNs = System.nanoTime();
      process.destroyForcibly();
      awaitVerdict(one, Verdict.GONE);
      long goneNs =
          told.lines.stream()
              .filter(line -> line.status().verdict() == Verdict.GONE)
              .mapToLong(Told.Line::atNs)
              .max()
              .orElseThrow();
      tookMs.add((goneNs - killedNs) / 1e6);
      process.waitFor(10, TimeUnit.SECONDS);
    }
    System.out.println("from SIGKILL to GONE, ms: " + tookMs);
    assertThat(told.verdicts())
        .containsExactly(
            Verdict.ALIVE, Verdict.GONE, Verdict.ALIVE, Verdict.GONE, Verdict.ALIVE, Verdict.GONE);
    assertThat(told.lines.stream().map(line -> line.status().startId()).distinct()).hasSize(3);
    assertThat(only(one).counters().gone()).isEqualTo(3);
  }

  /** Only the lifeline can have said it: all other connections stay open. */
  @Test
  void a_lifeline_that_ends_is_a_death_until_its_process_answers() throws Exception {
    PeerLink one = link("one", here, there, told);
    PeerLink two = link("two", there, here, toldThere);
    eventually(() -> assertThat(only(one).lifeline()).isEqualTo(LifelineState.HELD));
    Thread.sleep(1000); // held long enough to be believed
    two.endLifeline();
    eventually(() ->
        assertThat(told.verdicts()).containsExactly(Verdict.ALIVE, Verdict.GONE, Verdict.ALIVE));
    assertThat(only(one).lifeline()).isEqualTo(LifelineState.UNREACHED);
    assertThat(toldThere.verdicts()).containsExactly(Verdict.ALIVE);
  }

  @Test
  void a_process_that_is_stopped_is_silent_and_then_alive() throws Exception {
    PeerLink one = link("one", here, there, told);
    Process process = edge();
    awaitVerdict(one, Verdict.ALIVE);
    signal(process, "STOP");
    awaitVerdict(one, Verdict.SILENT);
    signal(process, "CONT");
    awaitVerdict(one, Verdict.ALIVE);
    assertThat(told.verdicts()).containsExactly(Verdict.ALIVE, Verdict.SILENT, Verdict.ALIVE);
    assertThat(told.lines.stream().map(line -> line.status().startId()).distinct()).hasSize(1);
  }

  @Test
  void a_peer_with_another_key_is_refused_at_both_ends() {
    PeerLink one = link("one", here, there, told);
    PeerLink two = open(link("two", there, here, toldThere, key(PeerKey.generate())));
    eventually(() -> {
      assertThat(only(one).counters().otherKeys()).isPositive();
      assertThat(only(two).counters().otherKeys()).isPositive();
      assertThat(one.door().orElseThrow().otherKey()).isPositive();
      assertThat(two.door().orElseThrow().otherKey()).isPositive();
    });
    assertThat(told.lines).isEmpty();
    assertThat(toldThere.lines).isEmpty();
  }

  @Test
  void an_ed25519_key_serves_as_well() throws Exception {
    var bundle =
        new CertificateBuilder()
            .algorithm(CertificateBuilder.Algorithm.ed25519)
            .subject("CN=expired")
            .notBefore(Instant.EPOCH)
            .notAfter(Instant.EPOCH.plus(Duration.ofDays(1)))
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    PeerKey key = key(bundle.getPrivateKeyPEM() + bundle.getCertificatePEM());
    PeerLink one = open(link("one", here, there, told, key));
    PeerLink two = open(link("two", there, here, toldThere, key));
    awaitVerdict(one, Verdict.ALIVE);
    awaitVerdict(two, Verdict.ALIVE);
  }

  @Test
  void this_edge_among_its_own_peers_is_not_met() {
    InetSocketAddress wildcard =
        new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), here.getPort());
    PeerLink one = link("one", wildcard, here, told);
    eventually(() -> assertThat(one.door().orElseThrow().accepted()).isGreaterThan(1));
    assertThat(only(one).verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(told.lines).isEmpty();
  }

  @Test
  void a_listener_that_is_taken_is_told_and_tried_again() throws IOException {
    PeerLink one;
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(here);
      one = link("one", here, there, told);
      eventually(() -> assertThat(one.listenProblem()).isPresent());
      assertThat(one.listening()).isEmpty();
    }
    eventually(() -> assertThat(one.listening()).contains(here));
    assertThat(one.listenProblem()).isEmpty();
  }

  @Test
  void who_connects_and_says_nothing_is_given_up() throws IOException {
    PeerLink one = link("one", here, there, told);
    awaitListening(one);
    try (Socket slow = new Socket()) {
      slow.connect(here);
      slow.getOutputStream().write(0x16); // the first byte of a TLS record, and no more
      assertThat(slow.getInputStream().read()).isEqualTo(-1);
    }
    eventually(() -> assertThat(one.door().orElseThrow().unfinished()).isEqualTo(1));
  }

  @Test
  void a_crowd_without_a_key_is_turned_away_and_makes_room_in_time() throws IOException {
    PeerLink one = link("one", here, there, told);
    awaitListening(one);
    List<Socket> crowd = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        Socket socket = new Socket();
        crowd.add(socket);
        socket.connect(here);
      }
      eventually(() -> assertThat(one.door().orElseThrow().crowded()).isPositive());
      PeerLink two = link("two", there, here, toldThere);
      awaitVerdict(two, Verdict.ALIVE);
    } finally {
      for (Socket socket : crowd) {
        socket.close();
      }
    }
  }

  @Test
  void garbage_is_refused() throws IOException {
    PeerLink one = link("one", here, there, told);
    awaitListening(one);
    try (Socket garbage = new Socket()) {
      garbage.connect(here);
      garbage.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      while (garbage.getInputStream().read() >= 0) {
        // until it is closed
      }
    }
    eventually(() -> assertThat(one.door().orElseThrow().malformed()).isEqualTo(1));
  }

  @Test
  void a_frame_that_is_too_large_or_is_none_ends_the_connection() throws Exception {
    PeerLink one = link("one", here, there, told);
    awaitListening(one);
    List<byte[]> bad =
        List.of(
            ByteBuffer.allocate(4).putInt(Frames.MAXIMUM_BYTES + 1).array(),
            ByteBuffer.allocate(4).putInt(-1).array(),
            ByteBuffer.allocate(5).putInt(1).put((byte) 1).array(), // a hello without content
            ByteBuffer.allocate(13).putInt(9).put((byte) 3).putLong(7).array()); // ping, no hello
    for (int i = 0; i < bad.size(); i++) {
      try (SSLSocket socket = withOurKey()) {
        socket.getOutputStream().write(bad.get(i));
        socket.getOutputStream().flush();
        while (socket.getInputStream().read() >= 0) {
          // its hello, until it is closed
        }
      }
      int closed = i + 1;
      eventually(() -> assertThat(one.door().orElseThrow().malformed()).isEqualTo(closed));
    }
  }

  @Test
  void a_host_that_only_accepts_is_unknown() throws IOException {
    try (ServerSocket mute = new ServerSocket()) {
      mute.bind(there);
      PeerLink one = link("one", here, there, told);
      eventually(() -> assertThat(only(one).counters().dials()).isGreaterThan(1));
      assertThat(only(one).verdict()).isEqualTo(Verdict.UNKNOWN);
    }
  }

  private PeerLink link(
      String name, InetSocketAddress listen, InetSocketAddress peer, PeerEvents events) {
    return open(link(name, listen, peer, events, key(KEY)));
  }

  private PeerLink open(PeerLink link) {
    open.add(link);
    link.start();
    return link;
  }

  private static PeerLink link(
      String name,
      InetSocketAddress listen,
      InetSocketAddress peer,
      PeerEvents events,
      PeerKey key) {
    return new PeerLink(
        new PeerLinkSettings(Optional.of(listen), List.of(peer), key, name), events);
  }

  private Path keyFile(String text) {
    try {
      Path file =
          Files.createTempFile(
              directory,
              "peer",
              ".key",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private PeerKey key(String text) {
    return switch (PeerKey.read(keyFile(text))) {
      case PeerKey.Reading.Usable(var key) -> key;
      case PeerKey.Reading.Unusable(var problem) -> throw new AssertionError(problem);
    };
  }

  private Process edge() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PeerEdge.class.getName(),
                keyFile(KEY).toString(),
                "child",
                Integer.toString(there.getPort()),
                Integer.toString(here.getPort()))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("child.log").toFile())
            .start();
    open.add(process::destroyForcibly);
    return process;
  }

  private static void signal(Process process, String name) {
    Command.run("kill", "-" + name, Long.toString(process.pid()));
  }

  private SSLSocket withOurKey() throws Exception {
    SSLSocket socket =
        (SSLSocket) new PeerTls(key(KEY)).context().getSocketFactory().createSocket();
    socket.connect(here);
    socket.startHandshake();
    return socket;
  }

  private static PeerStatus only(PeerLink link) {
    assertThat(link.status()).hasSize(1);
    return link.status().getFirst();
  }

  private static void awaitVerdict(PeerLink link, Verdict verdict) {
    eventually(() -> assertThat(only(link).verdict()).isEqualTo(verdict));
  }

  private static void awaitListening(PeerLink link) {
    eventually(() -> assertThat(link.listening()).isPresent());
  }
}
