package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.cli.HeadgateCommand;
import io.headgate.takeover.peer.PeerKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PeerKeyCommandTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void the_key_on_standard_output_is_one_that_an_edge_can_use() throws IOException {
    assertThat(headgate("peer-key")).isZero();
    Path file = directory.resolve("peer.key");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, out.toString());
    assertThat(PeerKey.read(file)).isInstanceOf(PeerKey.Reading.Usable.class);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void a_file_is_for_its_owner_only_and_nothing_is_printed() throws IOException {
    Path file = directory.resolve("peer.key");
    assertThat(headgate("peer-key", "--out", file.toString())).isZero();
    assertThat(PeerKey.read(file)).isInstanceOf(PeerKey.Reading.Usable.class);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void a_file_that_is_there_is_never_replaced() throws IOException {
    Path file = directory.resolve("peer.key");
    Files.writeString(file, "the key of three edges");
    assertThat(headgate("peer-key", "--out", file.toString())).isEqualTo(1);
    assertThat(Files.readString(file)).isEqualTo("the key of three edges");
    assertThat(err.toString()).contains("exists already");
  }

  @Test
  void a_directory_that_is_not_there_is_said_to_be_so() {
    Path file = directory.resolve("none").resolve("peer.key");
    assertThat(headgate("peer-key", "--out", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("cannot write the key", file.toString());
  }

  private int headgate(String... arguments) {
    CommandLine headgate = HeadgateCommand.commandLine("0.1.0", new PeerKeyCommand());
    headgate.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return headgate.execute(arguments);
  }
}
