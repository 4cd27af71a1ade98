package io.headgate.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A program or module from Debian that the comparison cannot do without. */
enum Program {
  WRK("wrk", "wrk"),
  IP("ip", "iproute2"),
  HAPROXY("haproxy", "haproxy"),
  NGINX("nginx", "nginx"),
  NGINX_STREAM("modules/ngx_stream_module.so", "libnginx-mod-stream");

  // Daemons are in sbin, which is not on everybody's PATH.
  private static final List<Path> PLACES =
      Stream.concat(
              Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":")),
              Stream.of("/usr/sbin", "/usr/local/sbin", "/usr/lib/nginx", "/usr/lib64/nginx"))
          .filter(place -> !place.isEmpty())
          .map(Path::of)
          .toList();

  private final String file;
  private final String debianPackage;

  Program(String file, String debianPackage) {
    this.file = file;
    this.debianPackage = debianPackage;
  }

  /** Where it is; only to be asked for once {@link #require} has passed. */
  Path path() {
    return found().orElseThrow();
  }

  private Optional<Path> found() {
    return PLACES.stream().map(place -> place.resolve(file)).filter(Files::isReadable).findFirst();
  }

  /** Refuses, with the one command that helps, where any is missing. */
  static void require(Collection<Program> programs) throws CannotCompare {
    String missing =
        programs.stream()
            .distinct()
            .filter(program -> program.found().isEmpty())
            .map(program -> program.debianPackage)
            .sorted()
            .collect(Collectors.joining(" "));
    if (!missing.isEmpty()) {
      throw new CannotCompare("programs are missing: apt-get install " + missing);
    }
  }
}
