package io.headgate.takeover.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PeerKeyTest {
  private static final String TEXT = PeerKey.generate();

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "rw-r-----", "r--------"})
  void what_is_generated_can_be_read(String mode) throws IOException {
    assertThat(PeerKey.read(file(TEXT, mode))).isInstanceOf(PeerKey.Reading.Usable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw-rw----"})
  void a_file_that_others_can_read_or_change_is_refused(String mode) throws IOException {
    assertThat(problem(file(TEXT, mode))).contains(mode, "0600");
  }

  @Test
  void two_keys_differ_and_say_so_by_fingerprint() throws IOException {
    PeerKey one = usable(file(TEXT, "rw-------"));
    PeerKey same = usable(file(TEXT, "rw-r-----"));
    PeerKey other = usable(file(PeerKey.generate(), "rw-------"));
    assertThat(one.fingerprint()).isEqualTo(same.fingerprint()).isNotEqualTo(other.fingerprint());
  }

  @Test
  void a_key_with_the_certificate_of_another_is_refused() throws IOException {
    String key = TEXT.substring(0, TEXT.indexOf("-----BEGIN CERT"));
    String other = PeerKey.generate();
    String certificate = other.substring(other.indexOf("-----BEGIN CERT"));
    assertThat(problem(file(key + certificate, "rw-------"))).contains("not that of");
  }

  @Test
  void what_is_no_key_is_told_without_its_content() throws IOException {
    String secret = TEXT.lines().skip(1).findFirst().orElseThrow();
    assertThat(problem(file(secret, "rw-------")))
        .contains("0 private keys")
        .doesNotContain(secret);
    String broken = TEXT.replaceFirst(secret.substring(0, 8), "AAAAAAAA");
    assertThat(problem(file(broken, "rw-------"))).doesNotContain(secret);
    assertThat(problem(file("x".repeat(100_000), "rw-------"))).contains("too large");
    assertThat(problem(directory)).contains("is not a file");
    assertThat(problem(directory.resolve("none"))).contains("does not exist");
  }

  @Test
  void a_key_shows_nothing_secret() throws IOException {
    PeerKey key = usable(file(TEXT, "rw-------"));
    assertThat(key.toString()).isEqualTo("peer key " + key.fingerprint());
  }

  private static PeerKey usable(Path file) {
    return switch (PeerKey.read(file)) {
      case PeerKey.Reading.Usable(var key) -> key;
      case PeerKey.Reading.Unusable(var problem) -> throw new AssertionError(problem);
    };
  }

  private static String problem(Path file) {
    return switch (PeerKey.read(file)) {
      case PeerKey.Reading.Usable _ -> throw new AssertionError("usable");
      case PeerKey.Reading.Unusable(var problem) -> problem;
    };
  }

  private Path file(String text, String mode) throws IOException {
    Path file = Files.writeString(Files.createTempFile(directory, "peer", ".key"), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}
