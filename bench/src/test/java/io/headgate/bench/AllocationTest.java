package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Balance;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AllocationTest {
  @ParameterizedTest
  @EnumSource
  void a_pick_allocates_nothing(Balance balance) throws Exception {
    var bench = new PickBench();
    bench.balance = balance;
    bench.backends = 50;
    bench.fill();

    assertThat(AllocatedBytes.perCall(bench::pick, Duration.ofSeconds(60))).isZero();
  }

  @Test
  void what_does_allocate_is_noticed() {
    var kept = new AtomicReference<byte[]>(new byte[0]);

    long bytes = AllocatedBytes.perCall(() -> kept.set(new byte[100]), Duration.ofSeconds(1));

    assertThat(bytes).isGreaterThanOrEqualTo(100);
  }
}
