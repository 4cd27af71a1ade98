package io.headgate.bench;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/** On what the figures are, in words that say nothing about which host it was. */
final class Versions {
  private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+(\\.\\d+)?");

  private Versions() {}

  static List<String> of(Stage stage) throws CannotCompare, IOException, InterruptedException {
    return List.of(
        "Linux %s on %s, %d CPUs"
            .formatted(
                version(System.getProperty("os.version")),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors()),
        "HAProxy %s, nginx %s (as backends too), JDK %s"
            .formatted(
                version(stage.run(Party.PROXY, List.of("haproxy", "-v"))),
                version(stage.run(Party.BACKENDS, List.of("nginx", "-v"))),
                System.getProperty("java.version")),
        stage.network().description());
  }

  private static String version(String text) {
    return VERSION.matcher(text).results().findFirst().map(found -> found.group()).orElse("?");
  }
}
