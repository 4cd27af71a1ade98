package io.headgate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The product as users run it, with the relay that its kind's transport makes. */
record Headgate(Kind kind, Path launcher) implements Subject {
  @Override
  public List<Program> needs() {
    return List.of();
  }

  @Override
  public List<String> command(Site site) throws IOException {
    Path file = site.directory().resolve("headgate.conf");
    Files.writeString(
        file,
        """
        headgate {
          name = bench
          transport = %s
          workers = %d
          state-directory = "%s"
          admin { socket = "%s", http = "" }
          log { level = warn }
          addresses = ["%s"]
          defaults { health { type = off } }
          routes {
            web  { port = %d, backends = [%s] }
            sink { port = %d, backends = ["%s"] }
          }
        }
        """
            .formatted(
                kind.transport(),
                site.workers(),
                site.directory().resolve("state"),
                site.directory().resolve("admin.sock"),
                site.web().getAddress().getHostAddress(),
                site.web().getPort(),
                site.webBackends().stream()
                    .map(backend -> '"' + Site.text(backend) + '"')
                    .collect(Collectors.joining(", ")),
                site.sink().getPort(),
                Site.text(site.sinkBackend())));
    return List.of(launcher.toString(), "run", "--config", file.toString());
  }
}
