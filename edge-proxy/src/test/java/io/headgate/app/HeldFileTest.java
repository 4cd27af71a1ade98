package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of addresses that outlives the edge; {@link AfterDeathIT} has it used. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class HeldFileTest {
  @TempDir Path directory;

  @Test
  void it_lies_beside_the_socket_and_holds_what_was_written_last() throws Exception {
    HeldFile file = HeldFile.beside(directory.resolve("admin.sock"));
    assertThat(
            file.write(
                List.of(
                    InetAddress.ofLiteral("2001:db8::10"), InetAddress.ofLiteral("203.0.113.10"))))
        .isEmpty();
    assertThat(Files.readAllLines(directory.resolve("held")))
        .containsExactlyInAnyOrder(
            "address flush deprecated dynamic to 203.0.113.10/32",
            "address flush deprecated dynamic to 2001:db8::10/128");
    assertThat(file.write(List.of())).isEmpty();
    assertThat(directory.resolve("held")).isEmptyFile();
  }

  @Test
  void where_it_cannot_be_written_that_is_said() {
    HeldFile file = HeldFile.beside(directory.resolve("nowhere").resolve("admin.sock"));
    assertThat(file.write(List.of()))
        .hasValueSatisfying(why -> assertThat(why).contains("nowhere/held cannot be written"));
  }
}
