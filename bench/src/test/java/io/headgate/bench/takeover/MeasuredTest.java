package io.headgate.bench.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.bench.takeover.Result.Fate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MeasuredTest {
  private static final Duration INTERVAL = Duration.ofMillis(100);

  @Test
  void a_row_has_the_spread_of_what_the_client_saw() {
    List<Result> results =
        List.of(
            result(340, 31, 2, new Fate.Ended(Duration.ofMillis(7))),
            result(300, 30, 1, new Fate.Ended(Duration.ofMillis(9))),
            result(400, 40, 0, new Fate.Hangs()),
            result(360, 33, 1, new Fate.Lives()));
    var measured = new Measured(Contender.KEEPALIVED, Fault.CRASH, INTERVAL, results, 1);
    assertThat(measured.row())
        .containsExactly(
            "100 ms",
            "crash",
            "keepalived",
            "4",
            "300",
            "350",
            "400",
            "30",
            "32",
            "40",
            "1 live, 2 ended after 8 ms, 1 hang",
            "2",
            "1")
        .hasSameSizeAs(Measured.HEADER);
  }

  @Test
  void without_a_result_there_is_no_figure() {
    var measured = new Measured(Contender.HEADGATE, Fault.CUT, INTERVAL, List.of(), 3);
    assertThat(measured.row()).contains("-").endsWith("3").hasSameSizeAs(Measured.HEADER);
  }

  private static Result result(long gapMs, long lost, int owners, Fate live) {
    return new Result(Duration.ofMillis(gapMs), lost, 1, owners, live);
  }
}
