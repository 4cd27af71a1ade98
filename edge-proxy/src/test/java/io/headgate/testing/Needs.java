package io.headgate.testing;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a test needs of the host it runs on. Where that is absent, the test is skipped and says so.
 */
public final class Needs {
  private static final List<String> DIRECTORIES =
      List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin");

  private Needs() {}

  public static void programs(String... names) {
    for (String name : names) {
      assumeThat(find(name)).as("SKIPPED: needs the program %s", name).isPresent();
    }
  }

  /** Programs that are in no directory of the path. */
  public static void files(String... paths) {
    for (String path : paths) {
      assumeThat(Path.of(path)).as("SKIPPED: needs %s", path).exists();
    }
  }

  public static void root() {
    assumeThat(System.getProperty("user.name")).as("SKIPPED: needs root").isEqualTo("root");
  }

  /** Where an installed program is. */
  static Optional<Path> find(String name) {
    return DIRECTORIES.stream()
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
