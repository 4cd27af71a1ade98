package io.headgate.realapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The programs to test against: those that {@code HEADGATE_REAL_APISERVER} and {@code
 * HEADGATE_REAL_ETCD} name, otherwise those that {@code .ci/real-api} builds of Debian's sources.
 *
 * @param minor of the API server's version: 20 of 1.20
 */
record Programs(Path etcd, Path apiServer, int minor) {
  private static final Pattern VERSION = Pattern.compile("v1\\.(\\d+)\\.");

  static Programs found() throws IOException, InterruptedException {
    Map<String, String> environment = System.getenv();
    String apiServer = environment.getOrDefault("HEADGATE_REAL_APISERVER", "");
    String etcd = environment.getOrDefault("HEADGATE_REAL_ETCD", "");
    if (apiServer.isEmpty() != etcd.isEmpty()) {
      throw new AssertionError("give both, HEADGATE_REAL_APISERVER and HEADGATE_REAL_ETCD");
    }
    if (apiServer.isEmpty()) {
      Path built = Path.of(output("../.ci/real-api").strip());
      return of(built.resolve("etcd"), built.resolve("kube-apiserver"));
    }
    return of(Path.of(etcd), Path.of(apiServer));
  }

  private static Programs of(Path etcd, Path apiServer) throws IOException, InterruptedException {
    String said = output(apiServer.toString(), "--version");
    Matcher version = VERSION.matcher(said);
    if (!version.find()) {
      throw new AssertionError(apiServer + " says no version: " + said);
    }
    return new Programs(etcd, apiServer, Integer.parseInt(version.group(1)));
  }

  /** Its errors, and the building, are for who runs the tests to see. */
  private static String output(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    int exit = process.waitFor();
    if (exit != 0) {
      throw new AssertionError(String.join(" ", command) + " has ended with " + exit);
    }
    return output;
  }
}
