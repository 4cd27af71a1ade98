package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TableTest {
  @Test
  void every_column_is_as_wide_as_its_widest_cell() {
    var table = new Table(List.of("a", "long"), List.of(List.of("wide", "b"), List.of("c", "d")));

    assertThat(table.markdown())
        .isEqualTo(
            """
            | a    | long |
            |------|------|
            | wide | b    |
            | c    | d    |\
            """);
  }
}
