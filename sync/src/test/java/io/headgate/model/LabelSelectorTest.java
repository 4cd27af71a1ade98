package io.headgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kubernetes documentation, "Labels and Selectors", and {@code labels.Parse} of apimachinery. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LabelSelectorTest {
  private static final Map<String, String> LABELS =
      Map.of(
          "zone", "east",
          "tier", "edge",
          "node-role.kubernetes.io/ingress", "",
          "in", "out");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "zone=east; true",
        "zone==east; true",
        "zone = east; true",
        "zone=west; false",
        "rack=east; false",
        "rack=; false",
        "zone!=west; true",
        "zone!=east; false",
        "rack!=east; true",
        "zone; true",
        "rack; false",
        "!rack; true",
        "! rack; true",
        "!zone; false",
        "zone in (east); true",
        "zone in (west, east); true",
        "zone in(west,east); true",
        "zone in (west); false",
        "rack in (east); false",
        "rack in (); false",
        "zone notin (west); true",
        "zone notin (west,east); false",
        "rack notin (east); true",
        "node-role.kubernetes.io/ingress=; true",
        "node-role.kubernetes.io/ingress; true",
        "node-role.kubernetes.io/ingress!=; false",
        "node-role.kubernetes.io/ingress in (,a); true",
        "in in (out); true",
        "in; true",
        "zone=east,tier=edge; true",
        "zone=east , tier=core; false",
        "zone in (east,west),!rack,tier; true",
        "zone in (east,west),rack; false",
      })
  void a_selector_matches_as_kubernetes_does(String selector, boolean expected) {
    LabelSelector parsed = LabelSelector.parse(selector).orElseThrow();
    assertThat(parsed.matches(LABELS)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ",",
        "a,",
        ",a",
        "a=b=c",
        "a=b c",
        "a b",
        "=b",
        "!a=b",
        "!!a",
        "a in",
        "a in (",
        "a in x",
        "a in (x",
        "a notin x)",
        "a in (x y)",
        "a in ((x))",
        "a!b",
        "a===b",
        "-a",
        "a-",
        "a=-b",
        "a=b-",
        "a/=b",
        "ä=b",
        "a in (x),",
        "a nothing (x)"
      })
  void anything_else_is_no_selector(String text) {
    assertThat(LabelSelector.parse(text)).isEmpty();
  }

  @Test
  void it_is_shown_as_it_was_written() {
    assertThat(LabelSelector.parse("a in (x, y),!b")).get().hasToString("a in (x, y),!b");
  }
}
