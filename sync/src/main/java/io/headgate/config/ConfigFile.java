package io.headgate.config;

import io.headgate.config.Problems.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A configuration file on disk. */
public final class ConfigFile {
  private static final List<Path> HOST_NAME_FILES =
      List.of(Path.of("/proc/sys/kernel/hostname"), Path.of("/etc/hostname"));

  private ConfigFile() {}

  /**
   * Reads and checks the file. Opens no socket, and no other file than those it includes and those
   * that tell this host's name; of a kubeconfig it only looks whether it can be read.
   *
   * @param environment what {@code ${?NAME}} stands for; nothing else of the process is looked at
   * @throws InvalidConfigException with every problem, when there is one
   */
  public static HeadgateConfig read(Path file, Map<String, String> environment)
      throws InvalidConfigException {
    var problems = new Problems(file.toString());
    HoconFile hocon = HoconFile.read(file, environment, problems);
    Section root = Section.root(hocon, new Position(file.toString(), 1), problems);
    root.require("headgate", "headgate { … }");
    HeadgateConfig config = HeadgateConfig.from(root.block("headgate"), hostName(environment));
    root.rejectUnknownKeys();
    if (!problems.isEmpty()) {
      throw problems.exception();
    }
    return config;
  }

  /** By what the host calls itself; a name server is never asked. */
  private static String hostName(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("HOSTNAME"))
        .filter(name -> !name.isBlank())
        .or(() -> HOST_NAME_FILES.stream().flatMap(file -> firstLine(file).stream()).findFirst())
        .orElse("edge");
  }

  private static Optional<String> firstLine(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.map(String::strip).filter(line -> !line.isEmpty()).findFirst();
    } catch (IOException _) {
      return Optional.empty(); // hidden from a hardened service; the next one may not be
    }
  }
}
