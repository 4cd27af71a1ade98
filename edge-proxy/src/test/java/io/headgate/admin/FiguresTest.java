package io.headgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FiguresTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1048575, 1.0 MiB",
    "1500000, 1.4 MiB",
    "104857600, 100 MiB",
    "3000000000, 2.8 GiB",
    "9223372036854775807, 8.0 EiB"
  })
  void bytes_have_three_digits_and_a_unit(long bytes, String text) {
    assertThat(Figures.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0s",
    "1.25, 1.3s",
    "9.96, 10s",
    "59.6, 1m00s",
    "200.4, 3m20s",
    "3599, 59m59s",
    "18240, 5h04m",
    "86400, 1d0h",
    "1047600, 12d3h"
  })
  void durations_have_two_units_at_most(double seconds, String text) {
    assertThat(Figures.seconds(seconds)).isEqualTo(text);
  }
}
