package io.headgate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** HAProxy in TCP mode, as cheap as its manual says: no log, no checks, round robin. */
record Haproxy(Kind kind, List<String> options) implements Subject {
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
                options.stream()
                    .map(option -> "  option " + option)
                    .collect(Collectors.joining("\n")),
                Site.text(site.web()),
                servers(site),
                Site.text(site.sink()),
                Site.text(site.sinkBackend())));
    return List.of("haproxy", "-db", "-q", "-f", file.toString());
  }

  private static String servers(Site site) {
    return site.webBackends().stream()
        .map(Site::text)
        .map(address -> "  server " + address.replace(':', '-') + " " + address)
        .collect(Collectors.joining("\n"));
  }
}
