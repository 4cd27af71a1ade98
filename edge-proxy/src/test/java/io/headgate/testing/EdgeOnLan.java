package io.headgate.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code headgate run} on a host of a {@link Lan}: a route on the addresses of a {@link
 * VirtualRouter} to a backend of the same host that tells the host's label, so that a client sees
 * which edge served it. Used by one thread.
 */
public final class EdgeOnLan implements AddressOwner {
  /** Of the route. */
  public static final int PORT = 8080;

  private static final String BACKEND = "127.0.0.1:8081";
  private static final int PEER_PORT = 7443;
  private static final Duration END = Duration.ofSeconds(60);

  private final Draft draft;
  private final Program backend;
  private final Program edge;

  private EdgeOnLan(Draft draft, Program backend, Program edge) {
    this.draft = draft;
    this.backend = backend;
    this.edge = edge;
  }

  /**
   * An edge in the making.
   *
   * @param command what runs the {@code headgate} command
   * @param linked the edges it has a peer link with; none for no link
   * @param key of the peer link, the same for all
   * @param settings beside all that, as text of the block {@code headgate}
   */
  public record Draft(
      Lan.Host host,
      VirtualRouter router,
      List<String> command,
      List<Lan.Host> linked,
      String key,
      String settings) {
    public Draft {
      command = List.copyOf(command);
      linked = List.copyOf(linked);
    }

    /** As another process would run it: {@code ./headgate} of a checkout, for instance. */
    public Draft by(List<String> otherCommand) {
      return new Draft(host, router, otherCommand, linked, key, settings);
    }

    /**
     * With a peer link.
     *
     * @param peerKey what {@link #peerKey} gave, the same for every edge
     */
    public Draft linkedTo(String peerKey, Lan.Host... peers) {
      return new Draft(host, router, command, List.of(peers), peerKey, settings);
    }

    /** Another port of the same addresses, for a backend of its own. */
    public Draft alsoServing(int port, String otherBackend) {
      return with("routes { %s }".formatted(route(port, otherBackend)));
    }

    /** With other settings than the usual, too, as text of the block {@code headgate}. */
    public Draft with(String others) {
      return new Draft(host, router, command, linked, key, settings + others + "\n");
    }

    /** Starts it and its backend; returns at once. */
    public EdgeOnLan start() {
      Program backend = ConnectProbe.nameServer(host, BACKEND, host.label());
      Program.Draft draft =
          Program.draft().in(host).file("headgate.conf", configuration()).file("peer.key", key);
      onlyOurs(draft.directory().resolve("peer.key"));
      List<String> whole = new ArrayList<>(command);
      whole.addAll(List.of("run", "--config", "{}/headgate.conf"));
      return new EdgeOnLan(this, backend, draft.start(whole.toArray(String[]::new)));
    }

    private String configuration() {
      return configuration(router);
    }

    private String configuration(VirtualRouter router) {
      return """
      headgate {
        name = %s
        state-directory = "{}/state"
        admin { socket = "{}/admin.sock", http = "" }
        defaults { health { type = tcp, interval = 200ms, timeout = 200ms } }
        routes { %s }
        takeover {
          mode = vrrp
          vrrp.groups.front %s
          %s
        }
        %s
      }
      """
          .formatted(
              host.label(), route(PORT, BACKEND), router.headgateGroup(), peerLink(), settings);
    }

    private String route(int port, String to) {
      return "at-%d { port = %d, addresses = [%s], backends = [\"%s\"] }"
          .formatted(
              port,
              port,
              VirtualRouter.quoted(
                  router.served().stream().map(InetAddress::getHostAddress).toList()),
              to);
    }

    private String peerLink() {
      if (linked.isEmpty()) {
        return "";
      }
      return "peer-link { listen = \"%s\", peers = [%s], key-file = \"{}/peer.key\" }"
          .formatted(
              peerAddress(host),
              VirtualRouter.quoted(linked.stream().map(Draft::peerAddress).toList()));
    }

    private static String peerAddress(Lan.Host host) {
      return host.address().getHostAddress() + ":" + PEER_PORT;
    }
  }

  /** The classes under test, without a peer link. */
  public static Draft on(Lan.Host host, VirtualRouter router) {
    return new Draft(host, router, underTest(), List.of(), "", "");
  }

  /** A new key for the peer link: a private key and the certificate that goes with it, PEM. */
  public static String peerKey() {
    Needs.programs("openssl");
    return Command.run(
        "sh",
        "-c",
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650"
            + " -subj /CN=headgate-peers -keyout - 2>/dev/null");
  }

  /** The classes under test, as a command. */
  static List<String> underTest() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseSerialGC",
        "-Xmx256m",
        "-Dio.netty.leakDetection.level=paranoid",
        "-cp",
        System.getProperty("java.class.path"),
        "io.headgate.app.Main");
  }

  private static void onlyOurs(Path file) {
    try {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What an operator types: the verb's output, and its exit code on the last line. */
  public String headgate(String... arguments) {
    String socket = edge.directory().resolve("admin.sock").toString();
    List<String> words =
        Stream.of(
                draft.command().stream(), Stream.of(arguments), Stream.of("--admin-socket", socket))
            .flatMap(part -> part)
            .toList();
    return Command.run("sh", "-c", String.join(" ", words) + " 2>&1; echo exit $?");
  }

  /** Has it read a file with another group: what {@code headgate reload} says. */
  public String reload(VirtualRouter router) {
    try {
      Files.writeString(
          edge.directory().resolve("headgate.conf"),
          draft.configuration(router).replace("{}", edge.directory().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return headgate("reload");
  }

  @Override
  public boolean owns() {
    return edge.alive() && draft.router().held().stream().allMatch(draft.host()::holds);
  }

  @Override
  public boolean waits() {
    return edge.alive()
        && edge.output().contains("serves")
        && draft.router().held().stream().noneMatch(draft.host()::holds);
  }

  @Override
  public Lan.Host host() {
    return draft.host();
  }

  @Override
  public Program program() {
    return edge;
  }

  /** What its route leads to; without it the edge has nothing to serve with. */
  public Program backend() {
    return backend;
  }

  /** Asks it to end, and waits until it has: the exit code. */
  public int terminate() {
    edge.terminate();
    return edge.awaitExit(END);
  }

  @Override
  public void close() {
    edge.close();
    backend.close();
  }
}
