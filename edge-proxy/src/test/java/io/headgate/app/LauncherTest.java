package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as the tarball has it, beside runtimes that only say how they were called. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LauncherTest {
  @TempDir Path directory;
  private Path root;
  private Path launcher;

  private record Outcome(int exit, List<String> output, String errors) {}

  @BeforeEach
  void unpack() throws IOException {
    root = Files.createDirectories(directory.resolve("a directory/head gate")).toRealPath();
    Files.createDirectories(root.resolve("lib"));
    Files.writeString(root.resolve("lib/b.jar"), "b");
    Files.writeString(root.resolve("lib/a.jar"), "a");
    launcher = Files.createDirectories(root.resolve("bin")).resolve("headgate");
    Files.copy(Path.of("..", "headgate"), launcher);
  }

  @Test
  void every_word_reaches_the_program_as_it_was_given() throws Exception {
    Path runtime = runtime("jdk 25", "25.0.1");
    Outcome outcome =
        run(launcher, Map.of("HEADGATE_JAVA_HOME", runtime.toString()), "check", "a  b", "", "*");
    assertThat(outcome.exit()).isZero();
    assertThat(outcome.output().getFirst()).isEqualTo(runtime.toString());
    assertThat(outcome.output())
        .endsWith("-cp", lib(), "io.headgate.app.Main", "check", "a  b", "", "*")
        .contains("-Xmx64m", "--enable-native-access=ALL-UNNAMED");
  }

  @Test
  void it_is_found_through_symbolic_links() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("headgate"), launcher);
    Path second = Files.createSymbolicLink(directory.resolve("second"), Path.of("headgate"));
    for (Path way : List.of(link, second)) {
      Outcome outcome = run(way, java(runtime("jdk", "25")), "status");
      assertThat(outcome.output()).contains(lib());
    }
  }

  @Test
  void an_edge_gets_a_heap_of_fixed_size_and_ends_when_it_is_full() throws Exception {
    for (String verb : List.of("run", "demo")) {
      assertThat(run(launcher, java(runtime(verb, "25.0.1")), verb).output())
          .contains("-Xms256m", "-Xmx256m", "-Xmn8m", "-XX:+ExitOnOutOfMemoryError")
          .doesNotContain("-XX:TieredStopAtLevel=1");
    }
  }

  @Test
  void the_operator_s_own_options_come_last() throws Exception {
    Map<String, String> environment =
        Map.of(
            "HEADGATE_JAVA_HOME",
            runtime("jdk", "25.0.1").toString(),
            "HEADGATE_JAVA_OPTS",
            "-Xmx512m -Dx=y");
    assertThat(run(launcher, environment, "run").output())
        .containsSubsequence("-Xmx256m", "-Xmx512m", "-Dx=y", "-cp");
  }

  @Test
  void the_runtime_beside_it_comes_before_the_one_of_the_environment() throws Exception {
    Path bundled = runtime("a directory/head gate/jre", "25");
    Outcome outcome = run(launcher, Map.of("JAVA_HOME", runtime("jdk", "25").toString()), "status");
    assertThat(Path.of(outcome.output().getFirst()).toRealPath()).isEqualTo(bundled.toRealPath());
  }

  @Test
  void a_runtime_that_is_too_old_is_passed_over() throws Exception {
    Path old = runtime("old", "17.0.15");
    Path current = runtime("new", "26");
    Map<String, String> environment =
        Map.of("JAVA_HOME", old.toString(), "PATH", current.resolve("bin") + ":/usr/bin:/bin");
    assertThat(run(launcher, environment, "status").output().getFirst())
        .isEqualTo(current.toRealPath().toString());
  }

  @Test
  void one_without_a_release_file_is_asked() throws Exception {
    Path runtime = runtime("asked", "25.0.1");
    Files.delete(runtime.resolve("release"));
    assertThat(run(launcher, java(runtime), "status").output().getFirst())
        .isEqualTo(runtime.toString());
  }

  @Test
  void the_one_that_was_asked_for_is_used_or_none() throws Exception {
    Path old = runtime("old", "17.0.15");
    Outcome outcome = run(launcher, java(old), "status");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.output()).isEmpty();
    assertThat(outcome.errors())
        .isEqualTo("headgate: HEADGATE_JAVA_HOME=" + old + " holds no Java 25 or newer\n");
  }

  @Test
  void where_there_is_none_it_says_what_to_install_and_where_it_looked() throws Exception {
    Path old = runtime("old", "17.0.15");
    String text = Files.readString(launcher).replace("least_java=25", "least_java=999");
    Files.writeString(launcher, text);
    Outcome outcome = run(launcher, Map.of("JAVA_HOME", old.toString()), "status");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.errors())
        .startsWith("headgate: needs a Java 999 runtime (JDK or JRE)")
        .contains("Looked at: " + old + " (Java 17)");
  }

  @Test
  void an_incomplete_installation_says_so() throws Exception {
    Files.move(root.resolve("lib"), root.resolve("elsewhere"));
    Outcome outcome = run(launcher, java(runtime("jdk", "25")), "status");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.errors()).contains("lib is missing");
  }

  private String lib() {
    String lib = root.resolve("bin") + "/../lib/";
    return lib + "a.jar:" + lib + "b.jar";
  }

  private static Map<String, String> java(Path home) {
    return Map.of("HEADGATE_JAVA_HOME", home.toString());
  }

  /** A runtime that prints its home and each word it was given on a line. */
  private Path runtime(String name, String version) throws IOException {
    Path home = directory.resolve(name);
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Files.writeString(
        java,
        """
        #!/bin/sh
        if [ "$1" = -version ]; then
          echo 'openjdk version "%s" 2026-04-21' >&2
        else
          printf '%%s\\n' "$(dirname "$(dirname "$0")")" "$@"
        fi
        """
            .formatted(version));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return home;
  }

  private Outcome run(Path command, Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(command.toString()));
    line.addAll(Arrays.asList(words));
    Path output = directory.resolve("output");
    Path errors = directory.resolve("errors");
    var builder =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().putAll(environment);
    int exit = builder.start().waitFor();
    return new Outcome(exit, Files.readAllLines(output), Files.readString(errors));
  }
}
