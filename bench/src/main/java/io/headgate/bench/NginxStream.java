package io.headgate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * nginx's stream module, with its defaults but for half-close, which the others pass on unasked.
 */
record NginxStream() implements Subject {
  @Override
  public Kind kind() {
    return Kind.NGINX;
  }

  @Override
  public List<Program> needs() {
    return List.of(Program.NGINX, Program.NGINX_STREAM);
  }

  @Override
  public List<String> command(Site site) throws IOException {
    Path file = site.directory().resolve("nginx.conf");
    Files.writeString(
        file,
        """
        load_module %s;
        %s
        daemon off;
        worker_processes %d;
        worker_rlimit_nofile %d;
        pid %s;
        error_log stderr error;
        events { worker_connections %d; }
        stream {
          proxy_timeout 1h;
          proxy_half_close on;
          upstream web { %s }
          upstream sink { server %s; }
          server { listen %s reuseport; proxy_pass web; }
          server { listen %s reuseport; proxy_pass sink; }
        }
        """
            .formatted(
                Program.NGINX_STREAM.path(),
                Webserver.user(),
                site.workers(),
                OpenFiles.limit(),
                site.directory().resolve("nginx.pid"),
                OpenFiles.limit(),
                site.webBackends().stream()
                    .map(backend -> "server " + Site.text(backend) + ";")
                    .collect(Collectors.joining(" ")),
                Site.text(site.sinkBackend()),
                Site.text(site.web()),
                Site.text(site.sink())));
    return List.of("nginx", "-c", file.toString(), "-e", "stderr");
  }
}
