package io.headgate.relay;

import static io.headgate.relay.ConnectContract.LONG;
import static io.headgate.relay.ConnectContract.SHORT;
import static io.headgate.relay.Rig.up;
import static io.headgate.relay.Saw.Ending.FIN;
import static io.headgate.relay.Saw.Ending.RST;
import static io.headgate.testing.Eventually.eventually;
import static io.headgate.testing.Eventually.pause;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Idle connections, counting, draining and the end of the relay itself. */
interface LifeContract extends OnRig {

  @Test
  default void a_connection_on_which_nothing_moves_is_closed_on_both_sides() {
    Listening backend = rig().listening();
    var relay = rig().serve(new Policy().idleTimeout(SHORT).build(), up(backend.address()));
    Peer client = rig().connect(relay);
    Peer server = rig().keep(backend.accept());
    client.send("hello");
    server.read(5);
    client.readToEnd();
    server.readToEnd();
    rig().expectEnded(CloseReason.IDLE, 1);
    rig().expectActive(0);
  }

  @Test
  default void bytes_in_one_direction_keep_a_connection() {
    Duration idle = Duration.ofSeconds(1);
    Listening backend = rig().listening();
    var relay = rig().serve(new Policy().idleTimeout(idle).build(), up(backend.address()));
    Peer client = rig().connect(relay);
    Peer server = rig().keep(backend.accept());
    long longestNs = 0;
    for (int i = 0; i < 25; i++) {
      long beforeNs = System.nanoTime();
      pause(Duration.ofMillis(100));
      if (!server.offer(Bytes.of("x"))) {
        break;
      }
      longestNs = Math.max(longestNs, System.nanoTime() - beforeNs);
      client.readSome(1);
    }
    // On a machine that paused for as long as the timeout, closing was right.
    if (longestNs < idle.toNanos() / 2) {
      server.halfClose();
      assertThat(client.readToEnd()).isEqualTo(Saw.of(Bytes.of("x".repeat(25)), FIN));
    }
  }

  @Test
  default void what_is_counted_adds_up() {
    EchoServer a = rig().echo("a");
    EchoServer b = rig().echo("b");
    var relay = rig().serve(Policy.PLAIN, up(a.address()), up(b.address()));
    for (int i = 0; i < 20; i++) {
      Peer client = rig().connect(relay);
      client.send(Bytes.random(i, 1_000));
      client.halfClose();
      assertThat(client.readToEnd().bytes()).isEqualTo(1_001);
    }
    Peer open = rig().connect(relay);
    open.read(1);
    rig().expectEnded(CloseReason.FINISHED, 20);
    eventually(() -> {
      RelayCounters all = rig().relay().counters();
      RelayCounters.OfRoute route = rig().counters();
      assertThat(all.active()).isEqualTo(1);
      assertThat(route.active()).isEqualTo(1);
      assertThat(route.accepted()).isEqualTo(21);
      assertThat(route.fromClientBytes()).isEqualTo(20_000);
      assertThat(route.toClientBytes()).isEqualTo(20_021);
      assertThat(route.connectRetries()).isZero();
      assertThat(route.connectTimes().counts().stream().mapToLong(Long::longValue).sum())
          .isEqualTo(21);
      assertThat(route.connectTimes().counts())
          .hasSize(RelayCounters.ConnectTimes.UPPER_BOUNDS_MS.size() + 1);
      assertThat(route.connectTimes().sumSeconds()).isPositive();
      var backends = route.backends();
      assertThat(backends)
          .extracting(RelayCounters.OfBackend::address)
          .containsExactlyInAnyOrder(a.address(), b.address());
      assertThat(backends.stream().mapToLong(RelayCounters.OfBackend::total).sum()).isEqualTo(21);
      assertThat(backends.stream().mapToLong(RelayCounters.OfBackend::active).sum()).isEqualTo(1);
      assertThat(backends.stream().mapToLong(RelayCounters.OfBackend::fromClientBytes).sum())
          .isEqualTo(20_000);
      assertThat(backends.stream().mapToLong(RelayCounters.OfBackend::toClientBytes).sum())
          .isEqualTo(20_021);
    });
    List<ConnectionSummary> ended = rig().events().ended();
    assertThat(ended)
        .hasSize(20)
        .allSatisfy(summary -> {
          assertThat(summary.route()).isEqualTo(Rig.ROUTE);
          assertThat(summary.backend()).isPresent();
          assertThat(summary.client().getAddress().isLoopbackAddress()).isTrue();
          assertThat(summary.fromClientBytes()).isEqualTo(1_000);
          assertThat(summary.toClientBytes()).isEqualTo(1_001);
          assertThat(summary.connectNs()).isPositive();
          assertThat(summary.durationNs()).isGreaterThanOrEqualTo(summary.connectNs());
        });
  }

  @Test
  default void bytes_are_counted_while_a_connection_lasts() {
    EchoServer a = rig().echo("a");
    Peer client = rig().connect(rig().serve(Policy.PLAIN, up(a.address())));
    client.send(new byte[1_000]);
    client.read(1_001);
    eventually(() -> {
      assertThat(rig().counters().fromClientBytes()).isEqualTo(1_000);
      assertThat(rig().counters().toClientBytes()).isEqualTo(1_001);
    });
  }

  @Test
  default void a_backend_that_has_left_is_counted_while_it_has_connections() {
    EchoServer a = rig().echo("a");
    EchoServer b = rig().echo("b");
    var relay = rig().serve(Policy.PLAIN, up(a.address()));
    Peer old = rig().connect(relay);
    old.read(1);
    rig().serve(Policy.PLAIN, up(b.address()));
    assertThat(rig().counters(a.address()).active()).isEqualTo(1);
    old.close();
    rig().expectActive(0);
    assertThat(rig().counters().accepted()).isEqualTo(1);
    assertThat(rig().counters().toClientBytes()).isEqualTo(1);
  }

  @Test
  default void every_loop_answers() {
    rig().serve(Policy.PLAIN);
    Rig.await(rig().relay().everyLoopAnswers());
  }

  @Test
  default void a_loop_that_hangs_does_not_answer() throws Exception {
    EchoServer a = rig().echo("a");
    var relay = rig().workers(2).serve(Policy.PLAIN, up(a.address()));
    var hanging = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    rig()
        .events()
        .onConnected(() -> {
          hanging.countDown();
          awaitUninterrupted(released);
        });
    Peer client = rig().connect(relay);
    try {
      assertThat(hanging.await(Eventually.DEADLINE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      CompletableFuture<Void> answer = rig().relay().everyLoopAnswers();
      pause(Duration.ofMillis(200));
      assertThat(answer).isNotDone();
      released.countDown();
      Rig.await(answer);
      assertThat(client.readText(1)).isEqualTo("a");
    } finally {
      released.countDown();
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // Drain and close.

  @Test
  default void a_drain_takes_nothing_new_and_ends_with_the_last_connection() {
    EchoServer a = rig().echo("a");
    var relay = rig().serve(Policy.PLAIN, up(a.address()));
    Peer client = rig().connect(relay);
    client.read(1);

    CompletableFuture<Void> drained = rig().relay().drain(LONG);

    eventually(() ->
        assertThatThrownBy(() -> Peer.connect(relay).close())
            .isInstanceOf(UncheckedIOException.class));
    byte[] bytes = Bytes.random(10, 100_000);
    client.send(bytes);
    assertThat(client.read(bytes.length)).isEqualTo(bytes);
    assertThat(drained).isNotDone();
    client.halfClose();
    assertThat(client.readToEnd().ending()).isEqualTo(FIN);
    Rig.await(drained);
    assertThat(rig().relay().counters().active()).isZero();
  }

  @Test
  default void a_drain_resets_what_has_not_ended_in_time() {
    Listening backend = rig().listening();
    Peer client = rig().connect(rig().serve(Policy.PLAIN, up(backend.address())));
    Peer server = rig().keep(backend.accept());
    CompletableFuture<Void> drained = rig().relay().drain(SHORT);
    assertThat(client.readToEnd().ending()).isEqualTo(RST);
    assertThat(server.readToEnd().ending()).isEqualTo(RST);
    Rig.await(drained);
    rig().expectEnded(CloseReason.STOPPING, 1);
  }

  @Test
  default void a_drain_without_connections_is_done_at_once() {
    rig().serve(Policy.PLAIN);
    Rig.await(rig().relay().drain(LONG));
  }

  @Test
  default void a_drain_may_be_cut_short_by_a_second_one() {
    EchoServer a = rig().echo("a");
    Peer client = rig().connect(rig().serve(Policy.PLAIN, up(a.address())));
    client.read(1);
    CompletableFuture<Void> first = rig().relay().drain(LONG);
    Rig.await(rig().relay().drain(Duration.ZERO));
    Rig.await(first);
    assertThat(client.readToEnd().ending()).isEqualTo(RST);
  }

  @Test
  default void a_closed_relay_has_ended_all_connections_and_gives_everything_back() {
    long socketsBefore = sockets();
    try (var own = rig().another()) {
      EchoServer a = own.echo("a");
      var relay = own.serve(Policy.PLAIN, up(a.address()));
      List<Peer> clients = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        clients.add(own.connect(relay));
        clients.getLast().read(1);
      }
      own.relay().close();
      clients.forEach(client -> assertThat(client.readToEnd().ending()).isEqualTo(RST));
      assertThatThrownBy(() -> Peer.connect(relay).close())
          .isInstanceOf(UncheckedIOException.class);
    }
    eventually(() -> assertThat(sockets()).isLessThanOrEqualTo(socketsBefore));
  }

  @Test
  default void connections_that_have_ended_in_whatever_way_leave_no_socket_behind() {
    EchoServer a = rig().echo("a");
    var refusing = rig().keep(Silent.refusing("127.0.0.1")).address();
    var relay = rig().serve(Policy.PLAIN, up(a.address()), up(refusing));
    Peer warm = rig().connect(relay);
    warm.read(1);
    warm.close();
    rig().expectActive(0);
    long before = settledSockets();
    for (int i = 0; i < 200; i++) {
      try (Peer client = Peer.connect(relay)) {
        client.read(1);
        switch (i % 4) {
          case 0 -> client.reset();
          case 1 -> client.halfClose();
          case 2 -> client.send(new byte[50_000]);
          default -> {}
        }
      }
    }
    rig().expectActive(0);
    eventually(() -> assertThat(sockets()).isLessThanOrEqualTo(before));
  }

  /** The number of sockets once it has stopped falling. */
  private static long settledSockets() {
    long before;
    long now = sockets();
    do {
      before = now;
      pause(Duration.ofMillis(50));
      now = sockets();
    } while (now < before);
    return now;
  }

  /** Sockets that this process has open. */
  private static long sockets() {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(LifeContract::isSocket).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // closed since it was listed
    }
  }
}
