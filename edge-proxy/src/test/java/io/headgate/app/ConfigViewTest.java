package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.headgate.config.ConfigFile;
import io.headgate.config.HeadgateConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration in force, as it is shown. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConfigViewTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String TAKEOVER =
      """
      takeover {
        mode = vrrp
        needs-backend = false
        peer-link { listen = "10.0.0.1:7443", peers = ["10.0.0.2:7443"], key-file = /etc/headgate/peer.key }
        vrrp { groups { front {
          interface = eth0, router-id = 51, priority = 250
          addresses = ["203.0.113.10/24", "203.0.113.11"], pools = []
          version = 2, advertise-interval = 1s, preempt = true, preempt-delay = 30s
          peers = ["10.0.0.2"], virtual-mac = false, checksum = keepalived
          notify = /usr/local/bin/moved, password = "secret12"
        } } }
        route { interface = lo, announce-delay = 10s, withdraw-wait = 2500ms }
      }
      """;

  @TempDir Path directory;

  private HeadgateConfig read(String block) throws Exception {
    Files.writeString(key(), "");
    Path file =
        Files.writeString(
            directory.resolve("headgate.conf"),
            "headgate {\n" + block.replace("/etc/headgate/peer.key", key().toString()) + "}");
    return ConfigFile.read(file, Map.of("HOSTNAME", "edge-1"));
  }

  private Path key() {
    return directory.resolve("peer.key");
  }

  private static JsonNode takeover(HeadgateConfig config) {
    return JSON.valueToTree(ConfigView.of(config)).get("takeover");
  }

  @Test
  void takeover_is_shown_in_the_words_of_the_file_and_its_password_is_not() throws Exception {
    JsonNode shown = takeover(read(TAKEOVER));
    assertThat(shown.toString()).doesNotContain("secret12");
    assertThat(shown)
        .isEqualTo(
            JSON.readTree(
                """
                {
                  "mode": "vrrp",
                  "needs-backend": false,
                  "second-chance": false,
                  "peer-link": {
                    "listen": "10.0.0.1:7443",
                    "peers": ["10.0.0.2:7443"],
                    "key-file": "/etc/headgate/peer.key"
                  },
                  "vrrp": {"groups": {"front": {
                    "interface": "eth0", "router-id": 51, "priority": 250,
                    "addresses": ["203.0.113.10/24", "203.0.113.11"], "pools": [],
                    "version": 2, "advertise-interval": "1s",
                    "preempt": true, "preempt-delay": "30s",
                    "peers": ["10.0.0.2"], "virtual-mac": false, "checksum": "keepalived",
                    "notify": "/usr/local/bin/moved", "password": "***"
                  }}},
                  "route": {"interface": "lo", "announce-delay": "10s", "withdraw-wait": "2500ms"}
                }
                """
                    .replace("/etc/headgate/peer.key", key().toString())));
  }

  /** But for the password: what is shown can be written into a file again. */
  @Test
  void what_is_shown_means_the_same_in_a_file() throws Exception {
    HeadgateConfig config = read(TAKEOVER.replace("secret12", ""));
    String shown = "takeover = " + takeover(config);
    assertThat(read(shown).takeover()).isEqualTo(config.takeover());
  }

  @Test
  void where_the_file_says_nothing_no_part_is_taken() throws Exception {
    assertThat(takeover(read("")).get("mode").asText()).isEqualTo("none");
    assertThat(takeover(read("")).has("peer-link")).isFalse();
  }
}
