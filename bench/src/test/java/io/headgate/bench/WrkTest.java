package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WrkTest {
  @Test
  void the_answers_are_the_units() throws CannotCompare {
    Load load =
        Wrk.load(
            "Running 5s test\n  10 requests in 5.0s\n\nresult: requests 12345 connect 0 read 0 write 0 status 0 timeout 0\n");

    assertThat(load).isEqualTo(new Load(12_345, 0, ""));
  }

  @Test
  void every_kind_of_error_counts() throws CannotCompare {
    Load load =
        Wrk.load("result: requests 10 connect 1 read 20 write 300 status 4000 timeout 50000\n");

    assertThat(load.errors()).isEqualTo(54_321);
    assertThat(load.firstError()).contains("connect 1 read 20");
  }

  @Test
  void output_without_a_result_is_shown_and_ends_the_comparison() {
    assertThatThrownBy(() -> Wrk.load("unable to connect"))
        .hasMessageContaining("unable to connect");
  }
}
