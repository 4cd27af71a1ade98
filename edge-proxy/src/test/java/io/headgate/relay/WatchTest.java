package io.headgate.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.RoutePolicy;
import io.headgate.relay.Watch.Finding;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WatchTest {
  private static final long START_NS = Long.MAX_VALUE - 5; // the clock may overflow
  private static final SplittableRandom RANDOM = new SplittableRandom(1);

  private final Watch watch = new Watch();

  WatchTest() {
    watch.start(START_NS);
  }

  private Finding lookAfter(RoutePolicy policy, Duration time) {
    return watch.look(policy, START_NS + time.toNanos());
  }

  private static RoutePolicy policy(Duration idle, Duration drain) {
    return new Policy().idleTimeout(idle).drainTimeout(drain).build();
  }

  @Test
  void a_connection_is_idle_after_its_timeout_and_never_earlier() {
    RoutePolicy policy = policy(Duration.ofSeconds(10), Duration.ofMinutes(1));
    assertThat(lookAfter(policy, Duration.ofSeconds(9))).isEqualTo(Finding.QUIET);
    watch.moved();
    assertThat(lookAfter(policy, Duration.ofSeconds(11))).isEqualTo(Finding.FINE);
    assertThat(lookAfter(policy, Duration.ofSeconds(20))).isEqualTo(Finding.QUIET);
    assertThat(lookAfter(policy, Duration.ofSeconds(21))).isEqualTo(Finding.IDLE);
  }

  @Test
  void zero_switches_a_timeout_off() {
    watch.leaving(true, START_NS, RANDOM);
    assertThat(lookAfter(policy(Duration.ZERO, Duration.ZERO), Duration.ofDays(30)))
        .isEqualTo(Finding.QUIET);
  }

  @Test
  void a_draining_backend_keeps_its_connection_for_the_drain_timeout_and_little_longer() {
    RoutePolicy policy = policy(Duration.ZERO, Duration.ofMinutes(5));
    watch.leaving(true, START_NS, RANDOM);
    watch.leaving(true, START_NS + Duration.ofMinutes(1).toNanos(), RANDOM); // one clock only
    assertThat(lookAfter(policy, Duration.ofMinutes(5).minusNanos(1))).isEqualTo(Finding.QUIET);
    assertThat(lookAfter(policy, Duration.ofSeconds(302))).isEqualTo(Finding.DRAINED);
  }

  @Test
  void a_backend_that_comes_back_clears_the_clock() {
    RoutePolicy policy = policy(Duration.ZERO, Duration.ofMinutes(5));
    watch.leaving(true, START_NS, RANDOM);
    watch.leaving(false, START_NS + 1, RANDOM);
    assertThat(lookAfter(policy, Duration.ofHours(1))).isEqualTo(Finding.QUIET);
    watch.leaving(true, START_NS + Duration.ofHours(1).toNanos(), RANDOM);
    assertThat(lookAfter(policy, Duration.ofMinutes(64))).isEqualTo(Finding.QUIET);
  }

  @Test
  void silence_is_looked_at_once_per_half_minute_without_a_byte() {
    RoutePolicy policy = policy(Duration.ZERO, Duration.ZERO);
    assertThat(watch.dueForSilence(START_NS + Duration.ofSeconds(29).toNanos())).isFalse();
    assertThat(watch.dueForSilence(START_NS + Duration.ofSeconds(30).toNanos())).isTrue();
    assertThat(watch.dueForSilence(START_NS + Duration.ofSeconds(31).toNanos())).isFalse();
    assertThat(watch.dueForSilence(START_NS + Duration.ofSeconds(60).toNanos())).isTrue();
    watch.moved();
    lookAfter(policy, Duration.ofSeconds(89));
    assertThat(watch.dueForSilence(START_NS + Duration.ofSeconds(100).toNanos())).isFalse();
  }
}
