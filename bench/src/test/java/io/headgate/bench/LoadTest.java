package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
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
  void a_latency_arrives_with_it() {
    var load = new Load(9, 1, "one two", Optional.of(new Latency(1, 2, 3, 4, 5)));

    assertThat(Load.parse(load.line())).isEqualTo(load);
  }

  @Test
  void of_an_error_the_first_line_arrives() {
    var load = new Load(7, 1, "no route\nat some frame");

    assertThat(Load.parse(load.line())).isEqualTo(new Load(7, 1, "no route"));
  }
}
