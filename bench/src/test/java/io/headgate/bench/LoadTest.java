package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LoadTest {
  @Test
  void a_load_arrives_as_it_was() {
    var load = new Load(0.1 + 0.2, 3, "");

    assertThat(Load.parse(load.line())).isEqualTo(load);
  }

  @Test
  void of_an_error_the_first_line_arrives() {
    var load = new Load(7, 1, "no route\nat some frame");

    assertThat(Load.parse(load.line())).isEqualTo(new Load(7, 1, "no route"));
  }
}
