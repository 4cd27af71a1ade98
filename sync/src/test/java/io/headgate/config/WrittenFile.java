package io.headgate.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A configuration file that a test has written, and what reading it says. */
record WrittenFile(Path path) {
  static WrittenFile of(Path directory, String text) {
    try {
      return new WrittenFile(Files.writeString(directory.resolve("edge.conf"), text));
    } catch (IOException e) {
      throw new AssertionError("cannot write into " + directory, e);
    }
  }

  HeadgateConfig config() {
    try {
      return ConfigFile.read(path, Map.of("HOSTNAME", "edge-1"));
    } catch (InvalidConfigException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  /** What is wrong, the file's name left out: {@code line: path: …}. */
  List<String> problems() {
    return problems(Map.of("HOSTNAME", "edge-1"));
  }

  List<String> problems(Map<String, String> environment) {
    try {
      ConfigFile.read(path, environment);
      return List.of();
    } catch (InvalidConfigException e) {
      return e.problems().stream().map(this::withoutName).toList();
    }
  }

  private String withoutName(String problem) {
    String name = path + ":";
    return problem.startsWith(name) ? problem.substring(name.length()).strip() : problem;
  }
}
