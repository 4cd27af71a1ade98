package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which AOT cache the launcher gives to a runtime. The runtime only writes what it is told to and
 * says how it was called.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LauncherCacheTest {
  @TempDir Path directory;
  private Path root;
  private Path runtime;

  @BeforeEach
  void unpack() throws IOException {
    root = Files.createDirectories(directory.resolve("head gate")).toRealPath();
    Files.createDirectories(root.resolve("lib"));
    Files.writeString(root.resolve("lib/a.jar"), "the first jar");
    Files.writeString(root.resolve("lib/b.jar"), "the second jar");
    Files.copy(
        Path.of("..", "headgate"),
        Files.createDirectories(root.resolve("bin")).resolve("headgate"));
    runtime = directory.resolve("runtime");
    Path java = Files.createDirectories(runtime.resolve("bin")).resolve("java");
    Files.writeString(runtime.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    Files.writeString(
        java,
        """
        #!/bin/sh
        [ ! -e "$0.fails" ] || { echo "the recording broke off"; exit 3; }
        for word in "$@"; do
          case $word in
          -XX:AOTMode=create) create=yes ;;
          -XX:AOTCache=*) cache=${word#-XX:AOTCache=} ;;
          esac
        done
        [ -z "${create:-}" ] || echo 'a cache' >"$cache"
        printf '%s\\n' "$@"
        """);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void there_is_none_before_it_was_made_and_then_edge_and_commands_have_it() throws Exception {
    assertThat(cacheOf("run")).isEmpty();
    make();
    assertThat(caches()).hasSize(1);
    for (String verb : List.of("run", "demo", "status")) {
      assertThat(cacheOf(verb)).singleElement().matches(cache -> sameFile(cache), "the one made");
    }
  }

  @Test
  void one_that_fits_is_not_made_again() throws Exception {
    make();
    Path cache = caches().getFirst();
    FileTime made = Files.getLastModifiedTime(cache);
    assertThat(headgate("aot").output()).contains(" fits");
    assertThat(Files.getLastModifiedTime(cache)).isEqualTo(made);
  }

  @Test
  void a_jar_that_was_replaced_by_one_of_the_same_size_and_time_does_not_fit() throws Exception {
    make();
    Path jar = root.resolve("lib/b.jar");
    FileTime time = Files.getLastModifiedTime(jar);
    Files.writeString(jar, "the 2econd jar");
    Files.setLastModifiedTime(jar, time);
    assertThat(cacheOf("run")).isEmpty();
    make();
    assertThat(cacheOf("run")).hasSize(1);
    assertThat(caches()).as("the old one is gone").hasSize(1);
  }

  @Test
  void a_jar_more_or_less_or_by_another_name_does_not_fit() throws Exception {
    make();
    Files.writeString(root.resolve("lib/c.jar"), "the third jar");
    assertThat(cacheOf("run")).isEmpty();
    Files.delete(root.resolve("lib/c.jar"));
    assertThat(cacheOf("run")).hasSize(1);
    Files.move(root.resolve("lib/a.jar"), root.resolve("lib/0.jar"));
    assertThat(cacheOf("run")).isEmpty();
    Files.delete(root.resolve("lib/0.jar"));
    assertThat(cacheOf("run")).isEmpty();
  }

  @Test
  void another_build_of_java_gets_none() throws Exception {
    make();
    Files.writeString(runtime.resolve("release"), "JAVA_VERSION=\"25.0.2\"\n");
    assertThat(cacheOf("run")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a cach", "a Cache\n", "a cache\n\n"})
  void one_that_is_empty_cut_short_damaged_or_longer_is_left_alone(String content)
      throws Exception {
    make();
    Files.writeString(caches().getFirst(), content);
    assertThat(cacheOf("run")).isEmpty();
    make();
    assertThat(cacheOf("run")).hasSize(1);
  }

  @Test
  void one_that_others_may_write_to_is_left_alone() throws Exception {
    make();
    Path cache = caches().getFirst();
    for (String permissions : List.of("rw-rw-r--", "rw-r--rw-")) {
      Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString(permissions));
      assertThat(cacheOf("run")).as(permissions).isEmpty();
    }
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(cacheOf("run")).hasSize(1);
    for (String permissions : List.of("rwxrwxr-x", "rwxr-xrwx")) {
      Files.setPosixFilePermissions(
          root.resolve("aot"), PosixFilePermissions.fromString(permissions));
      assertThat(cacheOf("run")).as(permissions).isEmpty();
    }
    assertThat(headgate("aot"))
        .matches(made -> made.exit() == 1)
        .matches(made -> made.output().contains("others may write to"));
  }

  @Test
  void one_behind_a_symbolic_link_is_left_alone() throws Exception {
    make();
    Path cache = caches().getFirst();
    Path elsewhere = Files.move(cache, directory.resolve("elsewhere"));
    Files.createSymbolicLink(cache, elsewhere);
    assertThat(cacheOf("run")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Xshare:off",
        "-XX:SharedArchiveFile=/x.jsa",
        "-XX:AOTCacheOutput=/x.aot",
        "-XX:AOTMode=off",
        "-XX:Flags=/x",
        "@/x"
      })
  void options_that_the_jvm_would_refuse_beside_one_come_without(String option) throws Exception {
    make();
    for (String variable : List.of("HEADGATE_JAVA_OPTS", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS")) {
      assertThat(run(List.of(variable + "=" + option), "run").output())
          .as(variable)
          .doesNotContain("-XX:AOTCache=");
    }
  }

  @Test
  void other_options_come_after_it() throws Exception {
    make();
    assertThat(run(List.of("HEADGATE_JAVA_OPTS=-Xmx1g -Xlog:aot"), "run").output().lines())
        .containsSubsequence("-Xlog:aot*=off", "-Xmx1g", "-Xlog:aot")
        .anyMatch(word -> word.startsWith("-XX:AOTCache="));
  }

  @Test
  void it_moves_with_the_installation() throws Exception {
    make();
    Path moved = Files.move(root, directory.resolve("moved"));
    root = moved;
    assertThat(cacheOf("run")).hasSize(1);
  }

  @Test
  void it_lives_where_the_operator_says() throws Exception {
    Path other = directory.resolve("other place");
    assertThat(run(List.of("HEADGATE_AOT=" + other), "aot").exit()).isZero();
    assertThat(cacheOf("run")).isEmpty();
    assertThat(run(List.of("HEADGATE_AOT=" + other), "run").output())
        .contains("-XX:AOTCache=" + other);
  }

  @Test
  void a_recording_that_fails_leaves_nothing_and_says_why() throws Exception {
    Files.createFile(runtime.resolve("bin/java.fails"));
    Command failed = headgate("aot");
    assertThat(failed.exit()).isEqualTo(1);
    assertThat(failed.output())
        .contains("the recording broke off", "headgate: no AOT cache could be made");
    try (Stream<Path> left = Files.list(root.resolve("aot"))) {
      assertThat(left).isEmpty();
    }
  }

  private void make() {
    Command made = headgate("aot");
    assertThat(made.exit()).as(made.output()).isZero();
  }

  private List<Path> caches() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("aot"))) {
      return files.toList();
    }
  }

  private boolean sameFile(String cache) {
    try {
      return Files.isSameFile(Path.of(cache), caches().getFirst());
    } catch (IOException e) {
      return false;
    }
  }

  /** The cache that the runtime was given: one or none. */
  private List<String> cacheOf(String verb) {
    Command ran = headgate(verb);
    assertThat(ran.exit()).as(ran.output()).isZero();
    return ran.output()
        .lines()
        .filter(word -> word.startsWith("-XX:AOTCache="))
        .map(word -> word.substring("-XX:AOTCache=".length()))
        .toList();
  }

  private Command headgate(String verb) {
    return run(List.of(), verb);
  }

  private Command run(List<String> environment, String verb) {
    return Command.attempt(
        Stream.of(
                Stream.of("env", "HEADGATE_JAVA_HOME=" + runtime),
                environment.stream(),
                Stream.of(root.resolve("bin/headgate").toString(), verb))
            .flatMap(words -> words)
            .toArray(String[]::new));
  }
}
