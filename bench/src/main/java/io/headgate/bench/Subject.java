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
    /** {@code transport = auto}, as users run it. */
    HEADGATE("headgate"),
    HEADGATE_EPOLL("headgate-epoll"),
    HEADGATE_IO_URING("headgate-io-uring"),
    HEADGATE_NIO("headgate-nio"),
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

    /**
     * Of the configurations of one family only the best one counts. Each way to run Headgate is a
     * family of its own: beside each other is what one wants to see them.
     */
    String family() {
      return family;
    }

    /** Whether its code is compiled while it runs. */
    boolean warmsUp() {
      return !transport().isEmpty();
    }

    /** In the words of Headgate's configuration; empty for the others. */
    String transport() {
      return switch (this) {
        case HEADGATE -> "auto";
        case HEADGATE_EPOLL -> "epoll";
        case HEADGATE_IO_URING -> "io_uring";
        case HEADGATE_NIO -> "nio";
        case HAPROXY_COPY, HAPROXY_SPLICE, HAPROXY_SPLICE_ALWAYS, NGINX -> "";
      };
    }

    static Stream<String> transports() {
      return Arrays.stream(values()).map(Kind::transport).filter(name -> !name.isEmpty());
    }

    static Kind ofTransport(String name) {
      return Arrays.stream(values())
          .filter(k -> k.transport().equals(name))
          .findFirst()
          .orElseThrow();
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

  static Subject of(Kind kind, Path project) {
    return switch (kind) {
      case HEADGATE, HEADGATE_EPOLL, HEADGATE_IO_URING, HEADGATE_NIO ->
          new Headgate(kind, project.resolve("headgate"));
      case HAPROXY_COPY -> new Haproxy(kind, List.of());
      case HAPROXY_SPLICE -> new Haproxy(kind, List.of("splice-auto"));
      case HAPROXY_SPLICE_ALWAYS -> new Haproxy(kind, List.of("splice-request", "splice-response"));
      case NGINX -> new NginxStream();
    };
  }
}
