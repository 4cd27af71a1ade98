package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Annotation {@code headgate.io/address} of a Node. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WrittenNodeAddressTest {
  private final World world = World.running();

  @Test
  void a_node_is_reached_where_its_administrator_says() {
    annotate("10.9.9.9");
    world.decide();
    assertThat(addresses()).contains("10.9.9.9:" + World.NODE_PORT);
    assertThat(world.verdicts("n1")).contains("address: annotation headgate.io/address 10.9.9.9");
    world.node("n1").annotations.clear();
    world.decide();
    assertThat(addresses()).doesNotContain("10.9.9.9:" + World.NODE_PORT);
  }

  @Test
  void of_two_families_the_first_is_taken_where_a_service_names_none() {
    annotate("10.9.9.9, 2001:db8::9");
    world.decide();
    assertThat(addresses()).contains("10.9.9.9:" + World.NODE_PORT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "n1.example", "10.9.9.9,10.9.9.8", "127.0.0.1", "fe80::1", "0.0.0.0"})
  void what_makes_no_sense_is_ignored_and_said(String text) {
    List<String> before = addresses();
    annotate(text);
    world.decide();
    assertThat(addresses()).isEqualTo(before);
    assertThat(world.changeTexts())
        .anySatisfy(said ->
            assertThat(said)
                .contains("headgate.io/address is '" + text + "' and not an IP address"));
  }

  private List<String> addresses() {
    return world.route().backends().stream()
        .map(backend -> Addresses.text(backend.address()))
        .toList();
  }

  private void annotate(String text) {
    world.node("n1").annotations.put(WrittenNodeAddress.ANNOTATION, text);
  }
}
