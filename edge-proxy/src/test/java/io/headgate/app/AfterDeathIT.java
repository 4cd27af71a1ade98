package io.headgate.app;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.EdgeOnLan;
import io.headgate.testing.Lan;
import io.headgate.testing.Needs;
import io.headgate.testing.VirtualRouter;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What takes the addresses of a dead edge off: a list of its own, and a line of the drop-in. */
@DisplayNameGeneration(ReplaceUnderscores.class)
final class AfterDeathIT {
  private static final Path DROP_IN =
      Path.of("..", "systemd", "headgate.service.d", "takeover.conf");
  private static final InetAddress HELD = InetAddress.ofLiteral("192.0.2.100");
  private static final InetAddress HELD6 = InetAddress.ofLiteral("2001:db8::100");
  private static final InetAddress STATIC = InetAddress.ofLiteral("192.0.2.101");
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @TempDir Path runtime;

  private final Lan lan;
  private final Lan.Host host;

  AfterDeathIT() {
    Needs.programs("nginx");
    lan = Lan.open();
    host = lan.add("edge");
  }

  @BeforeEach
  void runtimeDirectory() throws IOException {
    Files.createDirectory(runtime.resolve("headgate"));
  }

  @AfterEach
  void close() {
    lan.close();
  }

  @Test
  void the_unit_takes_off_what_the_edge_held_and_nothing_else() throws Exception {
    host.run("ip", "address", "add", "192.0.2.101/32", "dev", "eth0");
    for (String held : List.of("192.0.2.100/32", "2001:db8::100/128")) {
      host.run(
          "ip", "address", "add", held, "dev", "eth0", "valid_lft", "600", "preferred_lft", "0");
    }
    assertThat(host.holds(HELD) && host.holds(HELD6)).isTrue();
    HeldFile.beside(runtime.resolve("headgate").resolve("admin.sock"))
        .write(List.of(HELD, HELD6, STATIC));
    afterwards();
    assertThat(host.holds(HELD)).isFalse();
    assertThat(host.holds(HELD6)).isFalse();
    assertThat(host.holds(STATIC)).as("made static by somebody meanwhile").isTrue();
  }

  @Test
  void an_edge_lists_what_it_holds_and_nothing_once_it_has_ended() {
    try (EdgeOnLan edge = EdgeOnLan.on(host, VirtualRouter.of(250)).start()) {
      Path list = edge.program().directory().resolve("held");
      eventually(
          DEADLINE,
          () ->
              assertThat(list)
                  .content()
                  .isEqualTo("address flush deprecated dynamic to 192.0.2.100/32\n"));
      assertThat(edge.terminate()).isZero();
      assertThat(list).isEmptyFile();
    }
  }

  /** As systemd.exec(5) reads the line: a failure is ignored, and %t is /run. */
  private void afterwards() throws IOException {
    List<String> lines =
        Files.readAllLines(DROP_IN).stream()
            .filter(line -> line.startsWith("ExecStopPost=-"))
            .map(line -> line.substring("ExecStopPost=-".length()))
            .toList();
    assertThat(lines).hasSize(1);
    host.run(lines.getFirst().replace("%t", runtime.toString()).split(" ", -1));
  }
}
