package io.headgate.takeover.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two watches, two kernels and the network between them, with every fault that is known, at random
 * times. The seed of a failed run is its parameter.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PeerWatchSimulationTest {
  static LongStream seeds() {
    long first = System.nanoTime();
    return LongStream.concat(LongStream.range(0, 150), LongStream.range(first, first + 50));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void gone_is_said_of_dead_processes_only_and_everything_heals(long seed) {
    PeerWorld world = new PeerWorld(seed);
    world.runWithFaults(60_000);
    world.repair();
    world.run(30_000);
    assertThat(world.falselyGone()).as("seed %d%n%s", seed, world.story()).isEmpty();
    assertThat(world.one().verdictOfOther())
        .as("seed %d%n%s", seed, world.story())
        .isEqualTo(Verdict.ALIVE);
    assertThat(world.two().verdictOfOther())
        .as("seed %d%n%s", seed, world.story())
        .isEqualTo(Verdict.ALIVE);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void a_killed_process_is_gone_within_200_ms_where_nothing_else_happens(long seed) {
    PeerWorld world = new PeerWorld(seed);
    world.run(10_000 + Math.floorMod(seed, 1000));
    assertThat(world.one().verdictOfOther()).isEqualTo(Verdict.ALIVE);
    world.two().kill();
    world.run(200);
    assertThat(world.one().verdictOfOther())
        .as("seed %d%n%s", seed, world.story())
        .isEqualTo(Verdict.GONE);
  }
}
