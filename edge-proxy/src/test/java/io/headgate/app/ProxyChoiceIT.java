package io.headgate.app;

import static io.headgate.app.TestEdge.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.OperatorOrders.Target;
import io.headgate.testing.Needs;
import io.headgate.testing.Ports;
import io.headgate.testing.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code proxy-protocol = auto} in front of real servers whose expectation is switched. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(120)
class ProxyChoiceIT {
  private static final String CLIENT = "127.0.0.7";
  private static final int SURE = 20;

  @TempDir private Path directory;

  /** What is switched, and how. */
  enum Kind {
    NGINX_HTTP(
        """
        http {
          access_log off;
          server {
            listen %s%s;
            location / { return 200 "client $proxy_protocol_addr\\n"; }
          }
        }
        """,
        " proxy_protocol"),
    NGINX_STREAM(
        """
        stream {
          server {
            listen %s%s;
            set_real_ip_from 127.0.0.1;
            proxy_pass unix:{}/http.sock;
            proxy_protocol on;
          }
        }
        http {
          access_log off;
          server {
            listen unix:{}/http.sock proxy_protocol;
            location / { return 200 "client $proxy_protocol_addr\\n"; }
          }
        }
        """,
        " proxy_protocol"),
    HAPROXY(
        """
        defaults
          mode http
          timeout client 10s
        frontend f
          bind %s%s
          http-request return status 200 content-type text/plain lf-string "client %%[src]\\n"
        """,
        " accept-proxy");

    private final String configuration;
    private final String expecting;

    Kind(String configuration, String expecting) {
      this.configuration = configuration;
      this.expecting = expecting;
    }

    String configuration(InetSocketAddress address, boolean expects) {
      return configuration.formatted(Addresses.text(address), expects ? expecting : "");
    }
  }

  /** A server that expects a PROXY header, or not. */
  private static final class Server implements AutoCloseable {
    private final Kind kind;
    private final InetSocketAddress address = Ports.free("127.0.0.1");
    private Program program;

    Server(Kind kind) {
      this.kind = kind;
      this.program = start(false);
    }

    private Program start(boolean expects) {
      String configuration = kind.configuration(address, expects);
      Program started =
          kind == Kind.HAPROXY
              ? Program.haproxy(Program.draft(), configuration)
              : Program.nginx(Program.draft(), configuration);
      return started.awaitPort(address);
    }

    String name() {
      return Addresses.text(address);
    }

    /** nginx by a reload; HAProxy, of which one process is left then, by a restart. */
    void expect(boolean header) throws IOException {
      if (kind == Kind.HAPROXY) {
        program.close();
        program = start(header);
        return;
      }
      Path file = program.directory().resolve("nginx.conf");
      String before = kind.configuration(address, !header);
      String now = kind.configuration(address, header);
      String here = program.directory().toString();
      Files.writeString(
          file,
          Files.readString(file).replace(before.replace("{}", here), now.replace("{}", here)));
      program.signal("HUP");
    }

    /** For a tenth of a second after a reload old workers accept beside new ones. */
    void awaitNewOnly(boolean header) throws InterruptedException {
      AtomicInteger inARow = new AtomicInteger();
      await(
          name() + " has switched",
          () -> {
            boolean plain = ask(address).contains(" 200 ");
            return (plain != header ? inARow.incrementAndGet() : inARow.getAndSet(0)) >= SURE;
          });
    }

    @Override
    public void close() {
      program.close();
    }
  }

  /** Clients of the edge that ask one thing after the other until they are told to stop. */
  private static final class Traffic implements AutoCloseable {
    private final InetSocketAddress edge;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final ExecutorService clients = Executors.newFixedThreadPool(2);
    private volatile boolean over;

    Traffic(InetSocketAddress edge) {
      this.edge = edge;
      clients.execute(this::run);
      clients.execute(this::run);
    }

    private void run() {
      while (!over) {
        (ask(edge).contains(" 200 ") ? answered : failed).incrementAndGet();
      }
    }

    @Override
    public void close() {
      over = true;
      clients.close();
    }
  }

  /** All of the answer to one request; empty where none is understood. */
  private static String ask(InetSocketAddress server) {
    try (var socket = new Socket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(CLIENT), 0));
      socket.connect(server, 5_000);
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException _) {
      return "";
    }
  }

  private TestEdge edge(Server first, Server second) throws Exception {
    return TestEdge.startInUse(
        directory,
        """
        routes { web { port = 0, backends = ["%s", "%s"], proxy-protocol = auto
          health { type = http, path = "/", interval = 200ms } } }
        """
            .formatted(first.name(), second.name()));
  }

  private static InetSocketAddress address(TestEdge edge) {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), edge.port("web"));
  }

  @ParameterizedTest
  @EnumSource
  void a_rolling_switch_there_and_back_loses_no_request(Kind kind) throws Exception {
    Needs.programs(kind == Kind.HAPROXY ? "haproxy" : "nginx");
    try (Server first = new Server(kind);
        Server second = new Server(kind);
        TestEdge edge = edge(first, second)) {
      InetSocketAddress entry = address(edge);
      Traffic traffic = new Traffic(entry);
      try (traffic) {
        for (boolean header : List.of(true, false)) {
          for (Server server : List.of(first, second)) {
            order(edge, server, Order.DRAIN);
            await("it drains", () -> edge.state("web", server.name()).equals("DRAIN"));
            server.expect(header);
            server.awaitNewOnly(header);
            order(edge, server, Order.READY);
            await("it is back", () -> edge.state("web", server.name()).equals("UP"));
            servesSome(traffic);
          }
          assertThat(ask(entry))
              .satisfies(
                  answer -> assertThat(answer.contains("client " + CLIENT)).isEqualTo(header));
        }
      }
      assertThat(traffic.failed.get()).isZero();
      assertThat(traffic.answered.get()).isGreaterThan(4 * SURE);
    }
  }

  @Test
  void a_switch_of_all_at_once_under_traffic_is_followed_by_itself() throws Exception {
    Needs.programs("nginx");
    try (Server first = new Server(Kind.NGINX_HTTP);
        Server second = new Server(Kind.NGINX_HTTP);
        TestEdge edge = edge(first, second)) {
      InetSocketAddress entry = address(edge);
      Traffic traffic = new Traffic(entry);
      try (traffic) {
        servesSome(traffic);
        first.expect(true);
        second.expect(true);
        AtomicInteger inARow = new AtomicInteger();
        await(
            "every client is known, again and again",
            () -> {
              boolean known = ask(entry).contains("client " + CLIENT);
              return (known ? inARow.incrementAndGet() : inARow.getAndSet(0)) >= 10 * SURE;
            });
      }
    }
  }

  private static void servesSome(Traffic traffic) throws InterruptedException {
    int before = traffic.answered.get();
    await("requests are answered", () -> traffic.answered.get() > before + SURE);
  }

  private static void order(TestEdge edge, Server server, Order order) throws Exception {
    edge.views().order(Target.parse(server.name()), order);
  }
}
