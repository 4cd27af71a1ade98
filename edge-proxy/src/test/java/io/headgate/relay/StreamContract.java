package io.headgate.relay;

import static io.headgate.relay.Saw.Ending.FIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.relay.Play.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The bytes between the ends: all of them, in their order, and never more than fit. */
interface StreamContract extends SameAsDirect {
  /** What is sent to one that does not read, in times of {@code MUCH}. */
  int TIMES = 3;

  int RANDOM_PLAYS = 40;

  @Test
  default void sixty_four_mib_pass_in_both_directions_at_once() {
    byte[] other = Bytes.random(5, MUCH.length);
    Outcome outcome = relayed(new Play(exchanging(MUCH), exchanging(other)));
    assertThat(outcome).isEqualTo(new Outcome(Saw.of(other, FIN), Saw.of(MUCH, FIN)));
  }

  private static Play.Part exchanging(byte[] bytes) {
    return (peer, _) -> {
      var sending =
          CompletableFuture.runAsync(
              () -> {
                peer.send(bytes);
                peer.halfClose();
              },
              task -> Thread.ofVirtual().start(task));
      Saw saw = peer.readToEnd();
      Rig.await(sending);
      return saw;
    };
  }

  /**
   * What the kernel may keep of one direction: the buffers of two sockets that send and two that
   * receive (tcp(7), tcp_wmem and tcp_rmem), as far as it may let them grow.
   */
  private static long kernelsAtMost() {
    return 2 * (most("tcp_wmem") + most("tcp_rmem"));
  }

  private static long most(String setting) {
    // In one read: what a second one of such a file brings is nothing.
    try (InputStream file = Files.newInputStream(Path.of("/proc/sys/net/ipv4", setting))) {
      String values = new String(file.readAllBytes(), StandardCharsets.US_ASCII).strip();
      return Long.parseLong(values.substring(values.lastIndexOf('\t') + 1)); // least, first, most
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  default void a_server_that_never_reads_stops_the_client_until_it_does() {
    Listening backend = rig().listening();
    Peer client = rig().connect(rig().serve(Policy.PLAIN, Rig.up(backend.address())));
    Peer server = rig().keep(backend.accept());
    Filling filling = Filling.start(client, MUCH, TIMES);

    assertThat(filling.untilStuck()).isLessThan(kernelsAtMost() + Bytes.MIB);

    for (int time = 0; time < TIMES; time++) {
      assertThat(server.read(MUCH.length)).isEqualTo(MUCH);
    }
    assertThat(filling.toEnd()).as("all was taken").isTrue();
    client.halfClose();
    assertThat(server.readToEnd().ending()).isEqualTo(FIN);
  }

  @Test
  default void a_client_that_never_reads_stops_the_server_until_it_does() {
    Listening backend = rig().listening();
    Peer client = rig().connect(rig().serve(Policy.PLAIN, Rig.up(backend.address())));
    Peer server = rig().keep(backend.accept());
    Filling filling = Filling.start(server, MUCH, TIMES);

    assertThat(filling.untilStuck()).isLessThan(kernelsAtMost() + Bytes.MIB);

    for (int time = 0; time < TIMES; time++) {
      assertThat(client.read(MUCH.length)).isEqualTo(MUCH);
    }
    assertThat(filling.toEnd()).as("all was taken").isTrue();
    server.halfClose();
    assertThat(client.readToEnd().ending()).isEqualTo(FIN);
  }

  @Test
  default void a_client_that_does_not_read_holds_up_nobody_else() {
    rig().workers(1);
    Listening backend = rig().listening();
    EchoServer echo = rig().echo("e");
    List<ListenerStatus> statuses =
        rig()
            .follow(
                Rig.route(Policy.PLAIN, Rig.up(backend.address())),
                Rig.route("echo", Rig.at("127.0.0.2"), Policy.PLAIN, Rig.up(echo.address())));
    Peer stuck = rig().connect(Rig.address(Rig.of(statuses, Rig.ROUTE)));
    Peer server = rig().keep(backend.accept());
    Filling.start(server, MUCH).untilStuck();

    Peer client = rig().connect(Rig.address(Rig.of(statuses, "echo")));
    client.read(1);
    for (int round = 0; round < 50; round++) {
      client.send(THOUSAND);
      assertThat(client.read(THOUSAND.length)).isEqualTo(THOUSAND);
    }
    stuck.reset();
  }

  @Test
  default void single_bytes_are_passed_on_as_they_come() {
    EchoServer server = rig().echo("a");
    Peer client = rig().connect(rig().serve(Policy.PLAIN, Rig.up(server.address())));
    client.read(1);
    for (byte[] one : new byte[][] {{0}, {1}, {(byte) 0xff}, {'\r'}, {'\n'}, {0x16}, {0x03}}) {
      client.send(one);
      assertThat(client.read(1)).isEqualTo(one);
    }
  }

  @Test
  default void many_connections_at_once_never_mix() throws Exception {
    EchoServer server = rig().echo("a");
    var relay = rig().serve(Policy.PLAIN, Rig.up(server.address()));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<CompletableFuture<Void>>();
      for (int i = 0; i < 200; i++) {
        long seed = i;
        all.add(CompletableFuture.runAsync(() -> echoes(relay, seed), threads));
      }
      Rig.await(CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)));
    }
    rig().expectEnded(CloseReason.FINISHED, 200);
    assertThat(rig().counters(server.address()).total()).isEqualTo(200);
  }

  private static void echoes(InetSocketAddress relay, long seed) {
    byte[] bytes = Bytes.random(seed, 20_000);
    try (Peer client = Peer.connect(relay)) {
      client.send(bytes);
      client.halfClose();
      byte[] expected = Bytes.joined(Bytes.of("a"), bytes);
      assertThat(client.readToEnd()).isEqualTo(Saw.of(expected, FIN));
    }
  }

  /** One seed is one run: it is printed, and {@code -Dheadgate.seed=…} plays it again. */
  @Test
  default void whatever_two_ends_do_looks_the_same_as_without_a_relay() {
    long seed = Long.getLong("headgate.seed", System.nanoTime());
    System.out.println("random plays with -Dheadgate.seed=" + seed);
    var random = new SplittableRandom(seed);
    for (int i = 0; i < RANDOM_PLAYS; i++) {
      RandomPlay play = RandomPlay.drawn(random.split());
      play.check(directly(play.play()), "seed " + seed + ", play " + i + ", direct: " + play);
      play.check(relayed(play.play()), "seed " + seed + ", play " + i + ", relayed: " + play);
    }
  }
}
