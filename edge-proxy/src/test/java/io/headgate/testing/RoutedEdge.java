package io.headgate.testing;

import io.headgate.model.Addresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code headgate run} with {@code mode = route} on a host of a {@link Lan}. At {@link #PORT} it
 * leads to a server that tells the host's label, at {@link #ECHO_PORT} to one that sends back what
 * it gets; both are on the same host. Used by one thread.
 */
public final class RoutedEdge implements AutoCloseable {
  public static final int PORT = 8080;
  public static final int ECHO_PORT = 8090;

  /** Where its backend at {@link #PORT} listens. */
  public static final String NAME_SERVER = "127.0.0.1:8081";

  private static final String ECHO_ROUTE =
      "echo { port = %d, backends = [\"127.0.0.1:%d\"], health.type = off }"
          .formatted(ECHO_PORT, EchoServer.PORT);

  private final Lan.Host host;
  private final Program backend;
  private final EchoServer echo;
  private Program edge;

  private RoutedEdge(Lan.Host host, Program backend, EchoServer echo, Program edge) {
    this.host = host;
    this.backend = backend;
    this.echo = echo;
    this.edge = edge;
  }

  /**
   * What it is told.
   *
   * @param addresses that it has routes for
   * @param drainTimeout of every route
   * @param echo whether there is a route at {@link #ECHO_PORT}
   */
  public record Settings(
      List<InetAddress> addresses, Duration announceDelay, Duration drainTimeout, boolean echo) {
    public Settings {
      addresses = List.copyOf(addresses);
    }

    /** Announced at once, and never tired of draining. */
    public static Settings of(InetAddress... addresses) {
      return new Settings(List.of(addresses), Duration.ZERO, Duration.ofHours(1), true);
    }

    public Settings delayed(Duration other) {
      return new Settings(addresses, other, drainTimeout, echo);
    }

    public Settings drainedFor(Duration other) {
      return new Settings(addresses, announceDelay, other, echo);
    }

    public Settings withoutEcho() {
      return new Settings(addresses, announceDelay, drainTimeout, false);
    }

    private String configuration(Lan.Host host) {
      return """
      headgate {
        name = %s
        addresses = [%s]
        state-directory = "{}/state"
        admin { socket = "{}/admin.sock", http = "" }
        defaults {
          drain-timeout = %dms
          health { type = tcp, interval = 200ms, timeout = 200ms }
        }
        routes {
          web { port = %d, backends = ["%s"] }
          %s
        }
        takeover {
          mode = route
          route { announce-delay = %dms, withdraw-wait = 2s }
        }
      }
      """
          .formatted(
              host.label(),
              VirtualRouter.quoted(addresses.stream().map(Addresses::text).toList()),
              drainTimeout.toMillis(),
              PORT,
              NAME_SERVER,
              echo ? ECHO_ROUTE : "",
              announceDelay.toMillis());
    }
  }

  /** Starts it and its backends; returns at once. */
  public static RoutedEdge start(Lan.Host host, Settings settings) {
    EchoServer echo = EchoServer.on(host);
    Program backend = ConnectProbe.nameServer(host, NAME_SERVER, host.label());
    return new RoutedEdge(host, backend, echo, run(host, settings));
  }

  private static Program run(Lan.Host host, Settings settings) {
    List<String> command = new ArrayList<>(EdgeOnLan.underTest());
    command.addAll(List.of("run", "--config", "{}/headgate.conf"));
    return Program.draft()
        .in(host)
        .file("headgate.conf", settings.configuration(host))
        .start(command.toArray(String[]::new));
  }

  /** After it has ended: another process, which knows nothing of the former. */
  public void startAgain(Settings settings) {
    edge.close();
    edge = run(host, settings);
  }

  /** Gives it other settings while it runs; returns at once. */
  public void reload(Settings settings) {
    try {
      Files.writeString(
          edge.directory().resolve("headgate.conf"),
          settings.configuration(host).replace("{}", edge.directory().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    edge.signal("HUP");
  }

  /** What an operator types: the verb's output, and its exit code on the last line. */
  public String headgate(String... arguments) {
    String socket = edge.directory().resolve("admin.sock").toString();
    String words =
        Stream.of(
                EdgeOnLan.underTest().stream(),
                Stream.of(arguments),
                Stream.of("--admin-socket", socket))
            .flatMap(part -> part)
            .collect(Collectors.joining(" "));
    return Command.run("sh", "-c", words + " 2>&1; echo exit $?");
  }

  /** Whether all of these are on an interface of its host. */
  public boolean announces(InetAddress... addresses) {
    return Stream.of(addresses).allMatch(host::holds);
  }

  /** Whether none of them is. */
  public boolean announcesNone(InetAddress... addresses) {
    return Stream.of(addresses).noneMatch(host::holds);
  }

  public Lan.Host host() {
    return host;
  }

  public Program program() {
    return edge;
  }

  /** What tells the label. */
  public Program backend() {
    return backend;
  }

  @Override
  public void close() {
    echo.close();
    edge.close();
    backend.close();
  }
}
