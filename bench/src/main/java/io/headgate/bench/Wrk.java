package io.headgate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * wrk as load generator: a fixed number of connections, each sending its next request when it has
 * the last answer. That is a closed loop, which offers more load to a faster proxy: good for the
 * CPU time of one operation; latencies are {@link SteadyLoad}'s.
 */
final class Wrk {
  private static final int CONNECTIONS = 64;

  // Runs once at the end and gives what wrk's own text rounds or leaves out.
  private static final String SCRIPT =
      """
      done = function(summary, latency, requests)
        local e = summary.errors
        io.write(string.format("\\nresult: requests %d connect %d read %d write %d status %d timeout %d\\n",
            summary.requests, e.connect, e.read, e.write, e.status, e.timeout))
      end
      """;

  private static final Pattern RESULT = Pattern.compile("(?m)^result: requests (\\d+) (.*)$");

  private final Stage stage;
  private final Path script;
  private final int threads;

  private Wrk(Stage stage, Path script, int threads) {
    this.stage = stage;
    this.script = script;
    this.threads = threads;
  }

  static Wrk in(Stage stage, int threads) throws IOException {
    Path script = stage.directory("wrk").resolve("done.lua");
    Files.writeString(script, SCRIPT);
    return new Wrk(stage, script, threads);
  }

  /** Asks for {@code path} for so long; the units are answers. */
  Load run(InetSocketAddress address, String path, int seconds)
      throws CannotCompare, IOException, InterruptedException {
    String output =
        stage.run(
            Party.CLIENTS,
            List.of(
                "wrk",
                "--threads",
                Integer.toString(threads),
                "--connections",
                Integer.toString(CONNECTIONS),
                "--duration",
                seconds + "s",
                "--timeout",
                "10s",
                "--script",
                script.toString(),
                "http://" + Site.text(address) + path));
    return load(output);
  }

  static Load load(String output) throws CannotCompare {
    Matcher result = RESULT.matcher(output);
    if (!result.find()) {
      throw new CannotCompare("wrk printed no result:\n" + output);
    }
    long requests = Long.parseLong(result.group(1));
    String counts = result.group(2);
    long errors =
        Pattern.compile("\\d+")
            .matcher(counts)
            .results()
            .mapToLong(n -> Long.parseLong(n.group()))
            .sum();
    return new Load(requests, errors, errors == 0 ? "" : "wrk: " + counts);
  }
}
