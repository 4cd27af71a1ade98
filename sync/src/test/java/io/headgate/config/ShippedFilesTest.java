package io.headgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.AddressRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ShippedFilesTest {
  private static final Path SHIPPED = Path.of("..", "config", "headgate.conf");
  private static final String ROUTE =
      "\nheadgate.routes.only { port = 1, backends = [\"10.0.0.1:80\"] }\n";
  private static final Pattern ALLOWED = Pattern.compile("unknown key \\(allowed: ([^;)]*)");

  @TempDir Path directory;

  @Test
  void the_shipped_file_says_what_is_so_without_it() throws IOException {
    HeadgateConfig shipped = file(Files.readString(SHIPPED) + ROUTE).config();
    HeadgateConfig defaults = file("headgate {}" + ROUTE).config();
    assertThat(shipped).isEqualTo(defaults);
    assertThat(file(Files.readString(SHIPPED)).config().routes()).isEmpty();
  }

  @Test
  void what_the_shipped_file_has_commented_out_is_right_too() throws IOException {
    HeadgateConfig shipped = file(uncommented()).config();
    HeadgateConfig defaults =
        file("headgate.kubernetes.kubeconfig = \"" + kubeconfig() + "\"").config();
    assertThat(shipped.kubernetes()).isEqualTo(defaults.kubernetes());
    assertThat(shipped.clusters().leading()).isEqualTo(defaults.clusters().leading());
    assertThat(shipped.clusters().further())
        .extracting(ClustersConfig.Further::name)
        .containsExactly("green");
    assertThat(shipped.routes().stream().map(RouteConfig::name))
        .containsExactly("http", "https", "fixed");
    assertThat(shipped.loadBalancer().pools())
        .containsExactly(
            new PoolConfig(
                "public",
                Stream.of("203.0.113.10", "203.0.113.20-203.0.113.40", "2001:db8:1::/120")
                    .flatMap(text -> AddressRange.parse(text).stream())
                    .toList(),
                true,
                false,
                0,
                List.of(),
                List.of()));
  }

  @Test
  void the_shipped_file_names_every_key_that_is_read() throws IOException {
    String shipped = Files.readString(SHIPPED);
    assertThat(keys())
        .contains("port", "kubeconfig", "avoid-buggy-ips", "advertise-interval")
        .hasSizeGreaterThan(70)
        .allSatisfy(key -> assertThat(shipped).containsPattern("(?<![-\\w])" + key + "(?![-\\w])"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"static", "service", "host-network"})
  void the_examples_are_right(String name) throws IOException {
    Path example = Path.of("..", "config", "examples", name + ".conf");
    HeadgateConfig config =
        file(Files.readString(example).replace("/etc/headgate/kubeconfig", kubeconfig())).config();
    assertThat(config.routes()).hasSize(2);
  }

  @Test
  void no_mutation_of_the_shipped_file_makes_the_reader_fail() throws IOException {
    long seed = Long.getLong("headgate.seed", System.nanoTime());
    System.out.println("mutations of the shipped file: -Dheadgate.seed=" + seed);
    var random = new Random(seed);
    String original = uncommented();
    for (int i = 0; i < 1_000; i++) {
      String mutated = original;
      for (int mutations = 1 + random.nextInt(4); mutations > 0; mutations--) {
        mutated = mutate(mutated, random);
      }
      // Anything but a configuration or its problems ends the test with an exception.
      assertThat(file(mutated).problems()).as("mutation %d of seed %d", i, seed).isNotNull();
    }
  }

  private static String mutate(String text, Random random) {
    String[] pieces = {
      "{",
      "}",
      "[",
      "]",
      "\"",
      "\"\"\"",
      "${",
      "${?name}",
      "${headgate}",
      "=",
      "+=",
      ":",
      ",",
      "#",
      "//",
      "\n",
      ".",
      "\\",
      "null",
      "include \"edge.conf\"",
      "-1",
      "99999999999",
      "1e9",
      "*",
      "\u0000",
      "\u2028",
      "é"
    };
    int at = random.nextInt(text.length());
    int end = Math.min(text.length(), at + 1 + random.nextInt(20));
    return switch (random.nextInt(5)) {
      case 0 -> text.substring(0, at) + text.substring(end);
      case 1 -> text.substring(0, at) + pieces[random.nextInt(pieces.length)] + text.substring(at);
      case 2 -> text.substring(0, at) + pieces[random.nextInt(pieces.length)] + text.substring(end);
      case 3 -> text.substring(0, at) + (char) random.nextInt(32, 127) + text.substring(at + 1);
      default -> text.substring(0, end) + text.substring(at);
    };
  }

  /** Every key of every block, as the reader names them to someone who has written another. */
  private Set<String> keys() throws IOException {
    String nonsense =
        """
        headgate {
          Q = 1, kubernetes { Q = 1, kubeconfig = "KUBECONFIG" }
          clusters.a { Q = 1, kubeconfig = "KUBECONFIG", context = a }, admin.Q = 1, log.Q = 1
          defaults { Q = 1, health.Q = 1 }
          routes.a { Q = 1, port = 1, nodes { Q = 1, port = 1, selector = a } }
          load-balancer { Q = 1, pools.a.Q = 1 }, metrics.Q = 1
          takeover { Q = 1, peer-link.Q = 1, route.Q = 1, vrrp { Q = 1, groups.a.Q = 1 } }
        }
        """;
    Set<String> keys = new TreeSet<>();
    for (String problem : file(nonsense.replace("KUBECONFIG", kubeconfig())).problems()) {
      Matcher allowed = ALLOWED.matcher(problem);
      if (allowed.find()) {
        keys.addAll(Arrays.asList(allowed.group(1).split(", ")));
      }
    }
    return keys;
  }

  private String uncommented() throws IOException {
    return Files.readString(SHIPPED)
        .replaceAll("(?m)^#(?=  )", "")
        .replace("/etc/headgate/kubeconfig", kubeconfig())
        .replace(
            "/etc/headgate/green.kubeconfig",
            Files.writeString(directory.resolve("green.kubeconfig"), "").toString());
  }

  private String kubeconfig() throws IOException {
    return Files.writeString(directory.resolve("kubeconfig"), "").toString();
  }

  private WrittenFile file(String text) {
    return WrittenFile.of(directory, text);
  }
}
