package io.headgate.bench;

import java.io.IOException;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where and of what versions the figures are, in words that say nothing about which host it was.
 */
record Setting(List<String> lines) {
  private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+(\\.\\d+)?");

  Setting {
    lines = List.copyOf(lines);
  }

  static Setting of(Stage stage, Options options)
      throws CannotCompare, IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Linux %s on %s, %d CPUs, loopback with MTU %d"
            .formatted(
                version(System.getProperty("os.version")),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                NetworkInterface.getByName("lo").getMTU()));
    lines.add(
        "HAProxy %s, nginx %s as backends, JDK %s"
            .formatted(
                version(stage.run(List.of("haproxy", "-v"))),
                version(stage.run(List.of("nginx", "-v"))),
                System.getProperty("java.version")));
    lines.add(
        "%d thread(s) per proxy, Headgate with transport = %s; %d passes, %d s of load in a slot"
            .formatted(
                options.workers(), options.transport(), options.rounds(), options.seconds()));
    return new Setting(lines);
  }

  private static String version(String text) {
    return VERSION.matcher(text).results().findFirst().map(found -> found.group()).orElse("?");
  }
}
