package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.headgate.config.ConfigFile;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.InvalidConfigException;
import io.headgate.config.RouteConfig;
import io.headgate.config.RouteConfig.Source;
import io.headgate.model.ClusterService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages for users tell them to write works, and what they point to is there. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PagesTest {
  private static final Path ROOT = Path.of("..");
  private static final Path INGRESS = ROOT.resolve("docs/ingress.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(#[^)]*)?\\)");

  @TempDir Path directory;

  static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
          .filter(page -> page.toString().endsWith(".md"))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void every_configuration_in_them_is_right(Path page) throws Exception {
    for (String block : blocks(page, "hocon")) {
      assertThat(read(block).kubernetes()).as(block).isPresent();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void every_link_in_them_leads_somewhere(Path page) throws IOException {
    String text = Files.readString(page);
    Matcher link = LINK.matcher(text);
    while (link.find()) {
      Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
      assertThat(target).exists();
      if (link.group(2) != null) {
        assertThat(anchors(target)).contains(link.group(2));
      }
    }
  }

  @Test
  void each_way_to_an_ingress_has_its_configuration() throws Exception {
    assertThat(blocks(INGRESS, "hocon")).as("five, and one with MetalLB's manifests").hasSize(6);
  }

  @Test
  void every_Service_of_the_ways_has_the_ports_that_their_routes_name() throws Exception {
    List<ClusterService> services = services();
    assertThat(services).hasSize(5);
    for (ClusterService service : services) {
      for (String block : blocks(INGRESS, "hocon")) {
        for (RouteConfig route : read(block).routes()) {
          if (route.source() instanceof Source.Service(var key, var port)) {
            assertThat(service.key()).isEqualTo(key);
            assertThat(service.port(port)).isPresent();
          }
        }
      }
    }
  }

  private static List<ClusterService> services() throws IOException {
    List<ClusterService> services = new ArrayList<>();
    for (String block : blocks(INGRESS, "yaml")) {
      for (String document : block.split("(?m)^---$", -1)) {
        JsonNode object = Serialization.unmarshal(document, JsonNode.class);
        assertThat(object.path("metadata").path("name").asText()).isNotEmpty();
        if (object.path("kind").asText().equals("Service")) {
          services.add(ServiceReading.of(object));
        }
      }
    }
    return services;
  }

  private HeadgateConfig read(String block) throws Exception {
    for (String name : List.of("kubeconfig", "blue.kubeconfig", "green.kubeconfig", "peer.key")) {
      Files.writeString(directory.resolve(name), "");
    }
    Path file =
        Files.writeString(
            directory.resolve("headgate.conf"),
            block.replaceAll(
                "/etc/headgate/(?=([a-z]+\\.)?kubeconfig|peer\\.key)", directory + "/"));
    try {
      return ConfigFile.read(file, Map.of("HOSTNAME", "edge-1"));
    } catch (InvalidConfigException e) {
      throw new AssertionError(e.problems() + " in\n" + block, e);
    }
  }

  private static List<String> blocks(Path page, String language) throws IOException {
    return BLOCK
        .matcher(Files.readString(page))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  /** As GitHub makes them of headings. */
  private static List<String> anchors(Path page) throws IOException {
    return Files.readString(page)
        .lines()
        .filter(line -> line.matches("#+ .*"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(heading -> "#" + heading.replaceAll("[^-a-z0-9 ]", "").replace(' ', '-'))
        .toList();
  }
}
