package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MachineTimeTest {
  @Test
  void what_is_neither_idle_nor_stolen_is_busy() {
    var time = MachineTime.of("cpu  10 20 30 400 50 6 7 8 1 2");

    assertThat(time).isEqualTo(new MachineTime(10 + 20 + 30 + 6 + 7, 8, 73 + 8 + 450));
  }

  @Test
  void the_shares_are_of_what_has_passed_between_two_moments() {
    var time = new MachineTime(150, 12, 1200).since(new MachineTime(100, 2, 1000));

    assertThat(time.stolenShare()).isEqualTo(0.05);
    assertThat(time.strangersShare(30)).isEqualTo(0.1);
    assertThat(time.strangersShare(51)).as("rounding makes nobody negative").isZero();
  }
}
