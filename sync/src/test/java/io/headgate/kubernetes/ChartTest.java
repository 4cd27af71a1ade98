package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * The Helm chart makes what the plain manifests make, and {@link RightsTest} says of those that it
 * is the right thing. Its templates are simple enough to be rendered here; a directive that Helm
 * knows and this test does not fails it.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChartTest {
  private static final Path MANIFESTS = Path.of("../config/kubernetes");
  private static final Path TEMPLATES = MANIFESTS.resolve("chart/templates");

  /**
   * As {@code helm install --namespace}, and {@code --set} of the values of values.yaml.
   *
   * @param on the values that are true
   */
  private record Release(
      String namespace,
      String account,
      List<String> namespaces,
      String metallbNamespace,
      Set<String> on) {
    /** The names of the plain manifests, and the defaults of all else. */
    static Release plain(List<String> namespaces, String... on) {
      return new Release("headgate", "headgate", namespaces, "metallb-system", Set.of(on));
    }

    String render(Path template) throws IOException {
      StringBuilder text = new StringBuilder();
      List<String> body = new ArrayList<>();
      String block = "";
      for (String line : Files.readAllLines(template)) {
        if (line.startsWith("{{- end")) {
          repetitions(block).forEach(each -> body.forEach(l -> text.append(filled(l, each))));
          body.clear();
          block = "";
        } else if (line.startsWith("{{-")) {
          assertThat(block).as("blocks in blocks: %s", line).isEmpty();
          block = line;
        } else if (block.isEmpty()) {
          text.append(filled(line, ""));
        } else {
          body.add(line);
        }
      }
      return text.toString();
    }

    private List<String> repetitions(String block) {
      return switch (block) {
        case "{{- if .Values.namespaces }}" -> once(!namespaces.isEmpty());
        case "{{- if not .Values.namespaces }}" -> once(namespaces.isEmpty());
        case "{{- range .Values.namespaces }}" -> namespaces;
        case "{{- if .Values.token }}" -> once(on.contains("token"));
        case "{{- if .Values.metallb }}" -> once(on.contains("metallb"));
        case "{{- if or .Values.metallb .Values.namespaceSelectors }}" ->
            once(on.contains("metallb") || on.contains("namespaceSelectors"));
        case "{{- if .Values.nodeConnections }}" -> once(on.contains("nodeConnections"));
        default -> throw new AssertionError("not known to this test: " + block);
      };
    }

    private static List<String> once(boolean condition) {
      return condition ? List.of("") : List.of();
    }

    private String filled(String line, String each) {
      String filled =
          line.replaceAll("\\{\\{ \\$?\\.Values\\.account }}", account)
              .replaceAll("\\{\\{ \\$?\\.Values\\.metallbNamespace }}", metallbNamespace)
              .replaceAll("\\{\\{ \\$?\\.Release\\.Namespace }}", namespace)
              .replace("{{ . }}", each);
      assertThat(filled).doesNotContain("{{");
      return filled + "\n";
    }

    Set<JsonNode> objects() throws IOException {
      Set<JsonNode> objects = new HashSet<>();
      try (Stream<Path> templates = Files.list(TEMPLATES)) {
        for (Path template : templates.toList()) {
          objects.addAll(documents(render(template)));
        }
      }
      return objects;
    }
  }

  @Test
  void by_default_it_makes_what_rbac_yaml_makes() throws Exception {
    assertThat(Release.plain(List.of()).objects()).isEqualTo(plain("rbac.yaml"));
  }

  @Test
  void with_namespaces_it_makes_what_namespaced_yaml_makes() throws Exception {
    assertThat(Release.plain(List.of("ingress-nginx")).objects())
        .isEqualTo(plain("namespaced.yaml"));
  }

  @Test
  void with_a_token_it_makes_that_of_token_secret_yaml_too() throws Exception {
    Set<JsonNode> both = new HashSet<>(plain("rbac.yaml"));
    both.addAll(plain("token-secret.yaml"));
    assertThat(Release.plain(List.of(), "token").objects()).isEqualTo(both);
  }

  @Test
  void with_metallb_it_makes_what_the_two_files_for_it_make() throws Exception {
    Set<JsonNode> all = new HashSet<>(plain("namespaced.yaml"));
    all.addAll(plain("metallb.yaml"));
    all.addAll(plain("namespaces.yaml"));
    assertThat(Release.plain(List.of("ingress-nginx"), "metallb").objects()).isEqualTo(all);
    assertThat(Release.plain(List.of("ingress-nginx"), "metallb", "namespaceSelectors").objects())
        .isEqualTo(all);
  }

  @Test
  void for_namespace_selectors_it_makes_what_namespaces_yaml_makes() throws Exception {
    Set<JsonNode> both = new HashSet<>(plain("rbac.yaml"));
    both.addAll(plain("namespaces.yaml"));
    assertThat(Release.plain(List.of(), "namespaceSelectors").objects()).isEqualTo(both);
  }

  @Test
  void for_connections_on_nodes_it_makes_what_node_connections_yaml_makes() throws Exception {
    Set<JsonNode> both = new HashSet<>(plain("rbac.yaml"));
    both.addAll(plain("node-connections.yaml"));
    assertThat(Release.plain(List.of(), "nodeConnections").objects()).isEqualTo(both);
  }

  @Test
  void each_of_several_namespaces_has_a_role_and_a_binding() throws Exception {
    Set<JsonNode> one = Release.plain(List.of("shop")).objects();
    Set<JsonNode> two = Release.plain(List.of("shop", "blog")).objects();
    assertThat(two).hasSize(one.size() + 2).containsAll(one);
  }

  @Test
  void the_account_and_the_namespace_are_named_by_the_release_everywhere() throws Exception {
    for (List<String> namespaces : List.of(List.<String>of(), List.of("shop"))) {
      Release release =
          new Release(
              "lb",
              "edge",
              namespaces,
              "bare-metal",
              Set.of("token", "metallb", "nodeConnections"));
      for (JsonNode object : release.objects()) {
        assertThat(object.toString().replace("\"headgate-edge\"", "the Lease"))
            .doesNotContain("headgate", "metallb-system");
      }
    }
  }

  @Test
  void the_values_are_those_that_the_templates_know() throws Exception {
    JsonNode values = documents(text("chart/values.yaml")).iterator().next();
    assertThat(values)
        .isEqualTo(
            documents(
                    "{account: headgate, namespaces: [], token: false, metallb: false,"
                        + " metallbNamespace: metallb-system, namespaceSelectors: false, nodeConnections: false}")
                .iterator()
                .next());
  }

  /** Helm makes the namespace of a release by itself. */
  private static Set<JsonNode> plain(String manifest) throws IOException {
    Set<JsonNode> objects = documents(text(manifest));
    objects.removeIf(object -> object.path("kind").asText().equals("Namespace"));
    return objects;
  }

  private static Set<JsonNode> documents(String text) {
    Set<JsonNode> documents = new HashSet<>();
    for (String document : text.split("(?m)^---$", -1)) {
      if (!document.isBlank()) {
        documents.add(Serialization.unmarshal("# yaml\n" + document, JsonNode.class));
      }
    }
    return documents;
  }

  private static String text(String file) throws IOException {
    return Files.readString(MANIFESTS.resolve(file));
  }
}
