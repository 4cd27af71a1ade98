package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.HealthReport;
import io.headgate.model.PassiveStatus;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProxyProtocol;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(90)
class HealthMonitorTest {
  private static final Duration QUICK = Duration.ofMillis(20);
  private static final Duration NEVER_AGAIN = Duration.ofHours(1);
  private static final Duration GENEROUS = Duration.ofSeconds(15);
  private static final InetSocketAddress BACKEND = new InetSocketAddress("192.0.2.1", 30080);

  @Test
  void one_probe_serves_everyone_who_asks_for_the_same() throws IOException {
    try (var server = LoopbackServer.http("200 OK");
        var barrier = LoopbackServer.http("200 OK");
        var watched = new Watched()) {
      ProbeTarget target = Targets.http(server.address(), NEVER_AGAIN, GENEROUS);
      watched.probe(target, status -> status.successes() == 2);
      for (int i = 0; i < 100; i++) {
        watched.monitor.probe(Set.of(Targets.http(server.address(), NEVER_AGAIN, GENEROUS)));
      }
      ProbeTarget later = Targets.http(barrier.address(), QUICK, GENEROUS);
      watched.monitor.probe(Set.of(target, later));
      watched.awaitStatus(later, status -> status.successes() >= 5);

      assertThat(server.accepted()).as("two to settle, then one per interval").isEqualTo(2);
      assertThat(watched.monitor.report().probe(target).successes()).isEqualTo(2);
    }
  }

  @Test
  void a_target_is_never_asked_twice_at_the_same_time() throws IOException {
    try (var server =
            new LoopbackServer(connection -> {
              LoopbackServer.readRequest(connection);
              Thread.sleep(QUICK.multipliedBy(3));
              connection
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            });
        var watched = new Watched()) {
      watched.probe(
          Targets.http(server.address(), QUICK, GENEROUS), status -> status.successes() >= 10);
      assertThat(watched.monitor.report().probes()).hasSize(1);
      assertThat(server.accepted()).isBetween(10, 12);
    }
  }

  @Test
  void what_changes_nothing_is_not_told_but_can_be_asked() throws IOException {
    try (var server = LoopbackServer.http("200 OK");
        var watched = new Watched()) {
      ProbeTarget target = Targets.http(server.address(), QUICK, GENEROUS);
      ProbeStatus newest = watched.probe(target, status -> status.successes() >= 25);
      assertThat(newest.took()).isPositive();
      assertThat(watched.told).hasSizeBetween(1, HealthMonitor.COUNTED_ANSWERS);
      assertThat(watched.lastTold().probe(target).successes())
          .isEqualTo(HealthMonitor.COUNTED_ANSWERS);
    }
  }

  @Test
  void a_node_that_fails_and_comes_back_is_told_both_times() throws IOException {
    var failing = new AtomicBoolean();
    try (var server =
            new LoopbackServer(c ->
                LoopbackServer.answer(c, failing.get() ? "503 Service Unavailable" : "200 OK"));
        var watched = new Watched()) {
      ProbeTarget target = Targets.http(server.address(), QUICK, GENEROUS);
      watched.monitor.probe(Set.of(target));
      Watched.await(() -> watched.lastTold().probe(target).successes() >= 2, "good");
      failing.set(true);
      Watched.await(() -> watched.lastTold().probe(target).failures() >= 2, "bad");
      assertThat(watched.lastTold().probe(target).last()).isEqualTo(Answer.UNAVAILABLE);
      failing.set(false);
      Watched.await(() -> watched.lastTold().probe(target).successes() >= 2, "good again");
    }
  }

  @Test
  void a_target_that_is_dropped_is_left_alone_and_the_others_keep_their_status()
      throws IOException {
    try (var dropped = LoopbackServer.http("200 OK");
        var kept = LoopbackServer.http("200 OK");
        var watched = new Watched()) {
      ProbeTarget gone = Targets.http(dropped.address(), QUICK, GENEROUS);
      ProbeTarget stays = Targets.http(kept.address(), QUICK, GENEROUS);
      watched.monitor.probe(Set.of(gone, stays));
      watched.awaitStatus(gone, status -> status.successes() >= 3);
      watched.awaitStatus(stays, status -> status.successes() >= 3);

      watched.monitor.probe(Set.of(stays));
      Watched.await(() -> !watched.monitor.report().probes().containsKey(gone), "dropped");
      int before = dropped.accepted();
      int successes = watched.monitor.report().probe(stays).successes();
      assertThat(successes).isGreaterThanOrEqualTo(3);
      watched.awaitStatus(stays, status -> status.successes() >= successes + 10);
      // One that was on its way when it was dropped may still have been accepted.
      assertThat(dropped.accepted()).isLessThanOrEqualTo(before + 1);
    }
  }

  @Test
  void many_targets_are_all_probed_and_no_more_than_allowed_at_once() throws IOException {
    try (var server = LoopbackServer.http("200 OK");
        var watched = new Watched(8)) {
      Set<ProbeTarget> targets =
          IntStream.range(0, 600)
              .mapToObj(i -> path(server, "/" + i))
              .collect(Collectors.toUnmodifiableSet());
      watched.monitor.probe(targets);
      Watched.await(
          () ->
              targets.stream()
                  .allMatch(target -> watched.lastTold().probe(target).last() == Answer.GOOD),
          "all are good");
      assertThat(watched.told).as("answers are told together").hasSizeLessThan(400);
    }
  }

  @Test
  void a_process_that_is_starved_does_not_blame_its_nodes() throws Exception {
    try (var server = LoopbackServer.http("200 OK");
        var watched = new Watched()) {
      ProbeTarget target = Targets.http(server.address(), QUICK, Duration.ofMillis(400));
      try (var _ = new GreedyThreads()) {
        watched.monitor.probe(Set.of(target));
        Thread.sleep(Duration.ofSeconds(2)); // several timeouts, in which no probe gets to run
        assertThat(watched.monitor.report().probe(target)).isEqualTo(ProbeStatus.NONE);
      }

      ProbeStatus status = watched.awaitStatus(target, found -> found.successes() >= 2);
      assertThat(status.failures()).isZero();
      assertThat(watched.told)
          .allSatisfy(report -> assertThat(report.probe(target).failures()).isZero());
    }
  }

  @Test
  void three_failed_connections_eject_and_a_good_one_forgives() {
    try (var watched = new Watched()) {
      watched.monitor.connectFailed(BACKEND);
      Watched.await(() -> passive(watched).connectFailures() == 1, "one failure");
      assertThat(passive(watched).ejected(System.nanoTime())).isFalse();

      watched.monitor.connectFailed(BACKEND);
      watched.monitor.connectFailed(BACKEND);
      Watched.await(() -> passive(watched).ejections() == 1, "ejected");
      assertThat(passive(watched).ejectedUntilNs() - System.nanoTime())
          .isBetween(1L, Duration.ofSeconds(5).toNanos());

      watched.monitor.connected(BACKEND);
      Watched.await(() -> watched.lastTold().passive().isEmpty(), "forgiven");
    }
  }

  @Test
  void connections_that_work_are_not_worth_a_word() throws IOException {
    try (var server = LoopbackServer.http("200 OK");
        var watched = new Watched()) {
      for (int i = 0; i < 10_000; i++) {
        watched.monitor.connected(BACKEND);
      }
      ProbeTarget target = Targets.http(server.address(), NEVER_AGAIN, GENEROUS);
      watched.probe(target, status -> status.successes() == 2);
      Watched.await(() -> watched.lastTold().probe(target).successes() == 2, "told");
      assertThat(watched.told).hasSizeBetween(1, 2);
    }
  }

  @Test
  void a_storm_of_failures_from_many_threads_is_told_in_few_words() throws Exception {
    try (var watched = new Watched()) {
      List<Thread> loops =
          IntStream.range(0, 4)
              .mapToObj(_ ->
                  Thread.ofPlatform()
                      .start(() ->
                          IntStream.range(0, 25_000)
                              .forEach(_ -> watched.monitor.connectFailed(BACKEND))))
              .toList();
      for (Thread loop : loops) {
        loop.join();
      }
      assertThat(watched.monitor.report().passive(BACKEND).connectFailures()).isEqualTo(100_000);
      Watched.await(() -> passive(watched).ejections() == 1, "ejected");
      assertThat(watched.told.size()).isLessThan(10);
    }
  }

  @Test
  void closing_ends_the_probes_that_are_under_way() throws IOException {
    try (var server =
        new LoopbackServer(c -> c.getInputStream().transferTo(OutputStream.nullOutputStream()))) {
      var watched = new Watched();
      watched.monitor.probe(
          IntStream.range(0, 20)
              .mapToObj(i -> path(server, "/" + i))
              .collect(Collectors.toUnmodifiableSet()));
      Watched.await(() -> server.open() == 20, "every probe has connected");
      watched.close();
      Watched.await(() -> server.open() == 0, "every probe has gone");
      assertThat(server.accepted()).isEqualTo(20);
      assertThat(watched.told).isEmpty();
    }
  }

  @Test
  void one_that_was_never_started_can_be_closed() {
    new HealthMonitor(_ -> {}).close();
  }

  private static PassiveStatus passive(Watched watched) {
    HealthReport last = watched.lastTold();
    return last.passive(BACKEND);
  }

  private static ProbeTarget path(LoopbackServer server, String path) {
    return new ProbeTarget(
        server.address(),
        ProbeTarget.Kind.HTTP,
        path,
        ProxyProtocol.OFF,
        Optional.empty(),
        NEVER_AGAIN,
        Duration.ofMinutes(1));
  }

  /** Keeps every carrier of virtual threads busy until it is closed. */
  private static final class GreedyThreads implements AutoCloseable {
    private final AtomicBoolean greedy = new AtomicBoolean(true);

    GreedyThreads() throws InterruptedException {
      int carriers = Runtime.getRuntime().availableProcessors();
      var spinning = new CountDownLatch(carriers);
      for (int i = 0; i < carriers; i++) {
        Thread.startVirtualThread(() -> spin(spinning));
      }
      spinning.await();
    }

    private void spin(CountDownLatch spinning) {
      spinning.countDown();
      while (greedy.get()) {
        Thread.onSpinWait();
      }
    }

    @Override
    public void close() {
      greedy.set(false);
    }
  }
}
