package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CalibrationTest {
  @Test
  void the_rate_is_half_of_what_a_closed_loop_reaches_in_a_second() {
    assertThat(Calibration.rate(new Load(30_001, 0, ""), 3)).isEqualTo(5000);
  }

  @Test
  void the_slowest_machine_sends_something() {
    assertThat(Calibration.rate(new Load(1, 0, ""), 3)).isOne();
  }
}
