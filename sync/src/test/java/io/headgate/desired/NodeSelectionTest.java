package io.headgate.desired;

import static io.headgate.desired.NodeSelection.EXCLUSION_LABEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.config.RouteConfig.Source;
import io.headgate.model.Addresses;
import io.headgate.model.BackendState;
import io.headgate.model.LabelSelector;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NodeSelectionTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "true", "1", "junk", "no"})
  void a_node_with_the_exclusion_label_gets_no_traffic(String value) {
    World world = World.running();
    world.node("n1").labels.put(EXCLUSION_LABEL, value);
    world.decide();

    assertThat(world.backendNodes()).containsExactly("n2", "n3");
    assertThat(world.verdicts("n1")).containsExactly("label: " + EXCLUSION_LABEL + "=" + value);
    assertThat(world.changeTexts())
        .containsExactly("shop/n1 removed: label " + EXCLUSION_LABEL + "=" + value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "False", "FALSE", "f", "F", "0"})
  void an_exclusion_label_that_says_false_includes(String value) {
    World world = World.running();
    world.node("n1").labels.put(EXCLUSION_LABEL, value);
    world.decide();
    assertThat(world.backendNodes()).containsExactly("n1", "n2", "n3");
  }

  @Test
  void a_label_taken_off_again_brings_the_node_back() {
    World world = World.running();
    world.node("n1").labels.put(EXCLUSION_LABEL, "");
    world.decide();
    world.node("n1").labels.clear();
    world.settled();
    assertThat(world.stateOf("n1")).isEqualTo(BackendState.UP);
  }

  @Test
  void where_every_node_is_excluded_as_kubeadm_does_on_a_single_node_the_label_is_ignored() {
    World world = World.ofThreeNodes();
    world.nodes.values().forEach(node -> node.labels.put(EXCLUSION_LABEL, ""));
    world.decide();

    assertThat(world.backendNodes()).containsExactly("n1", "n2", "n3");
    assertThat(world.explanation().notes())
        .anySatisfy(note -> assertThat(note).startsWith("AllNodesExcluded"));
    assertThat(world.state.changes())
        .anySatisfy(change -> {
          assertThat(change.level()).isEqualTo(Change.Level.WARNING);
          assertThat(change.message()).startsWith("AllNodesExcluded");
        });
    assertThat(world.decide().changes()).as("told once").isEmpty();
  }

  @Test
  void node_exclusion_honor_honours_the_label_even_if_no_node_is_left() {
    World world = World.ofThreeNodes();
    world.exclusion = NodeExclusion.HONOR;
    world.nodes.values().forEach(node -> node.labels.put(EXCLUSION_LABEL, ""));
    world.decide();
    assertThat(world.backendNodes()).isEmpty();
    assertThat(world.explanation().notes()).containsExactly("no node of the cluster can be used");
  }

  @Test
  void node_exclusion_ignore_ignores_the_label() {
    World world = World.ofThreeNodes();
    world.exclusion = NodeExclusion.IGNORE;
    world.node("n1").labels.put(EXCLUSION_LABEL, "true");
    world.decide();
    assertThat(world.backendNodes()).containsExactly("n1", "n2", "n3");
    assertThat(world.verdicts("n1")).contains("label: " + EXCLUSION_LABEL + "=true is ignored");
  }

  @Test
  void a_node_without_a_network_is_not_eligible() {
    World world = World.running();
    world.node("n1").networkUnavailable = true;
    world.decide();
    assertThat(world.backendNodes()).containsExactly("n2", "n3");
    assertThat(world.verdicts("n1")).last().asString().contains("NetworkUnavailable is True");
  }

  @Test
  void connections_go_to_the_first_internal_address() {
    World world = World.ofThreeNodes();
    world.node("n1").internal.add(TestNode.address("10.9.9.9"));
    world.node("n1").external.add(TestNode.address("203.0.113.1"));
    world.decide();
    assertThat(Addresses.text(world.backend("n1").address())).isEqualTo("10.0.0.1:30080");
  }

  @Test
  void external_addresses_are_used_only_by_configuration() {
    World world = World.ofThreeNodes();
    world.nodeAddress = NodeAddress.EXTERNAL;
    world.node("n1").external.add(TestNode.address("2001:db8::1"));
    world.decide();
    assertThat(world.backendNodes()).containsExactly("n1");
    assertThat(Addresses.text(world.backend("n1").address())).isEqualTo("[2001:db8::1]:30080");
    assertThat(world.verdicts("n2")).last().isEqualTo("address: the Node has no ExternalIP");
  }

  @Test
  void of_two_nodes_with_one_address_the_first_by_name_has_it() {
    World world = World.ofThreeNodes();
    world.node("n2").internal.set(0, TestNode.address("10.0.0.1"));
    world.decide();
    assertThat(world.backendNodes()).containsExactly("n1", "n3");
    assertThat(world.verdicts("n2")).last().isEqualTo("address: 10.0.0.1 is already that of n1");
  }

  @Test
  void a_nodes_route_takes_the_nodes_whose_labels_match() {
    World world = World.ofThreeNodes();
    world.node("n2").labels.put("ingress", "yes");
    world.node("n3").labels.put("ingress", "no");
    world.route("shop", 80, nodes("ingress=yes", 8080));
    world.decide();
    assertThat(world.backendNodes()).containsExactly("n2");
    assertThat(Addresses.text(world.backend("n2").address())).isEqualTo("10.0.0.2:8080");
    assertThat(world.verdicts("n1")).containsExactly("labels: do not match ingress=yes");
    assertThat(world.explanation().source()).isEqualTo("port 8080 of nodes with ingress=yes");
  }

  @Test
  void backends_are_sorted_by_node_name() {
    World world = new World();
    for (String name : new String[] {"b", "c", "a"}) {
      world.nodes.put(name, new TestNode(name, "10.0.0." + (100 - name.charAt(0))));
    }
    world.route("shop", 80, nodes("!none", 8080));
    world.decide();
    assertThat(world.backendNodes()).containsExactly("a", "b", "c");
  }

  private static Source.Nodes nodes(String selector, int port) {
    return new Source.Nodes(LabelSelector.parse(selector).orElseThrow(), port);
  }
}
