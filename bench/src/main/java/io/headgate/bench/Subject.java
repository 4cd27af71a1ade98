package io.headgate.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A proxy that can be measured: how it is configured and started, no more. */
sealed interface Subject permits Headgate, Haproxy, NginxStream {
  /** The subjects by the names that options and reports use. */
  enum Kind {
    HEADGATE("Headgate"),
    /** Buffers of 16 KiB, what HAProxy does unless told otherwise. */
    HAPROXY_COPY("HAProxy"),
    /** {@code option splice-auto}: splices what looks like a stream. */
    HAPROXY_SPLICE("HAProxy"),
    /** {@code option splice-request} and {@code splice-response}: splices wherever it can. */
    HAPROXY_SPLICE_ALWAYS("HAProxy"),
    NGINX("nginx");

    private final String family;

    Kind(String family) {
      this.family = family;
    }

    /** {@code haproxy-splice}. */
    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The program; of one program's configurations only the best one counts. */
    String family() {
      return family;
    }

    static Stream<String> names() {
      return Arrays.stream(values()).map(Kind::label);
    }

    static Kind named(String label) {
      return Arrays.stream(values()).filter(k -> k.label().equals(label)).findFirst().orElseThrow();
    }
  }

  Kind kind();

  /** Programs that must be there, by the Debian package that has them. */
  List<Program> needs();

  /**
   * Writes its configuration into the site's directory; returns the command that runs it in the
   * foreground.
   */
  List<String> command(Site site) throws IOException;

  static Subject of(Kind kind, Path project, String transport) {
    return switch (kind) {
      case HEADGATE -> new Headgate(project.resolve("headgate"), transport);
      case HAPROXY_COPY -> new Haproxy(kind, List.of());
      case HAPROXY_SPLICE -> new Haproxy(kind, List.of("splice-auto"));
      case HAPROXY_SPLICE_ALWAYS -> new Haproxy(kind, List.of("splice-request", "splice-response"));
      case NGINX -> new NginxStream();
    };
  }
}
