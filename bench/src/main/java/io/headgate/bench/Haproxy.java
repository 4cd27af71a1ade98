package io.headgate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** HAProxy in TCP mode, as cheap as its manual says: no log, no checks, round robin. */
record Haproxy(Kind kind, List<String> options) implements Subject {
  // Left to itself it sets a fifth of all file descriptors aside, and takes fewer connections.
  private static final int PIPES = 512;

  Haproxy {
    options = List.copyOf(options);
  }

  @Override
  public List<Program> needs() {
    return List.of(Program.HAPROXY);
  }

  @Override
  public List<String> command(Site site) throws IOException {
    Path file = site.directory().resolve("haproxy.cfg");
    Files.writeString(
        file,
        """
        global
          nbthread %d
          maxconn %d
          maxpipes %d
        defaults
          mode tcp
          balance roundrobin
          timeout connect 1s
          timeout client 1h
          timeout server 1h
        %s
        listen web
          bind %s
        %s
        listen sink
          bind %s
          server s1 %s
        """
            .formatted(
                site.workers(),
                connections(OpenFiles.limit()),
                PIPES,
                options.stream()
                    .map(option -> "  option " + option)
                    .collect(Collectors.joining("\n")),
                Site.text(site.web()),
                servers(site),
                Site.text(site.sink()),
                Site.text(site.sinkBackend())));
    return List.of("haproxy", "-db", "-f", file.toString());
  }

  /** As many as the file descriptors allow, two of each pipe and some for itself taken off. */
  private static int connections(int openFiles) {
    return Math.min(60_000, (openFiles - 2 * PIPES - 100) / 2);
  }

  private static String servers(Site site) {
    return site.webBackends().stream()
        .map(Site::text)
        .map(address -> "  server " + address.replace(':', '-') + " " + address)
        .collect(Collectors.joining("\n"));
  }
}
