package io.headgate.app;

import static io.headgate.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.testing.Eventually;
import io.headgate.testing.Namespaces;
import io.headgate.testing.Needs;
import io.headgate.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The edge as a process that the kernel gives too little: file descriptors, local ports. */
@DisplayNameGeneration(ReplaceUnderscores.class)
final class ScarceResourcesIT {
  private static final int SCARCE_PORTS = 10;

  @TempDir Path directory;
  private final List<AutoCloseable> kept = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable thing : kept.reversed()) {
      thing.close();
    }
  }

  @Test
  void with_few_descriptors_clients_are_refused_the_operator_is_answered_and_it_recovers()
      throws Exception {
    Needs.programs("prlimit");
    TestNode node = keep(new TestNode("node", "127.0.0.1", 0));
    InetSocketAddress web = Ports.free("127.0.0.1");
    EdgeProcess edge =
        start(List.of("prlimit", "--nofile=400"), web, "web { %s }".formatted(to(web, node)));

    List<Socket> served = new ArrayList<>();
    Socket client = connect(web);
    while (isServed(client)) {
      served.add(client);
      assertThat(served).as("two descriptors each").hasSizeLessThan(200);
      client = connect(web);
    }
    assertThat(served).hasSizeGreaterThan(50);
    assertThat(isServed(connect(web))).as("one more").isFalse();
    assertThat(headgate("routes")).contains("web").endsWith("exit 0\n");

    reset(served.getFirst());
    eventually(() -> assertThat(isServed(connect(web))).isTrue());
    assertThat(edge.alive()).isTrue();
  }

  @Test
  void a_backend_for_which_no_local_port_is_left_leaves_clients_to_the_others() throws Exception {
    Namespaces.Host host = hostWithFewPorts();
    String here = Addresses.text(host.neighbour());
    TestNode one = keep(new TestNode("one", here, 0));
    TestNode two = keep(new TestNode("two", here, 0));
    TestNode other = keep(new TestNode("other", here, 0));
    InetSocketAddress web = host.at(8080);
    InetSocketAddress api = host.at(8081);
    EdgeProcess edge =
        start(
            inside(host),
            web,
            "web { %s }, api { %s }".formatted(to(web, one, two), to(api, other)));

    List<Socket> served = new ArrayList<>();
    for (int i = 0; i < 2 * SCARCE_PORTS; i++) {
      Socket client = connect(web);
      assertThat(isServed(client)).as("client %d", i).isTrue();
      served.add(client);
    }
    assertThat(isServed(connect(web))).as("a client beyond the last port").isFalse();
    assertThat(isServed(connect(api))).as("a client of another backend").isTrue();
    assertThat(headgate("backends", "--no-headers").lines().filter(line -> line.contains("UP")))
        .as("backends that are not blamed")
        .hasSize(3);

    reset(served.getFirst());
    eventually(() -> assertThat(isServed(connect(web))).isTrue());
    assertThat(edge.alive()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "epoll", "io_uring", "nio"})
  void each_source_address_has_ports_of_its_own_and_one_without_gives_way_to_the_next(
      String transport) throws Exception {
    Namespaces.Host host = hostWithFewPorts();
    List<String> sources = List.of(other(host, 21), other(host, 22));
    sources.forEach(source -> host.run("ip", "address", "add", source + "/32", "dev", "eth0"));
    TestNode node = keep(new TestNode("node", Addresses.text(host.neighbour()), 0));
    InetSocketAddress web = host.at(8080);
    EdgeProcess edge =
        start(
            inside(host),
            web,
            "web { %s, source-addresses = %s }".formatted(to(web, node), quoted(sources)),
            "transport = " + transport);

    // Both, then the address that the kernel chooses; but to a socket that is bound by no address,
    // a
    // port that another has bound is taken.
    int addresses = transport.equals("nio") ? 2 : 3;
    List<Socket> served = new ArrayList<>();
    for (int i = 0; i < addresses * SCARCE_PORTS; i++) {
      Socket client = connect(web);
      assertThat(isServed(client)).as("client %d", i).isTrue();
      served.add(client);
    }
    assertThat(isServed(connect(web))).as("a client beyond the last port").isFalse();
    assertThat(headgate("doctor"))
        .containsPattern("since the start, \\d+ connections found no local port left");
    assertThat(headgate("status")).as("which is no reason to be degraded").endsWith("exit 0\n");

    reset(served.getFirst());
    eventually(() -> assertThat(isServed(connect(web))).isTrue());
    assertThat(edge.alive()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void a_source_address_that_the_host_lacks_is_named_with_what_to_type_and_used_once_it_is_there(
      String nonlocalBind) throws Exception {
    Needs.programs("sysctl");
    Namespaces.Host host = keep(Namespaces.open()).add();
    host.run("sysctl", "-qw", "net.ipv4.ip_nonlocal_bind=" + nonlocalBind);
    TestNode node = keep(new TestNode("node", Addresses.text(host.neighbour()), 0));
    InetSocketAddress web = host.at(8080);
    String missing = other(host, 21);
    start(
        inside(host),
        web,
        "web { %s, source-addresses = %s, health { type = tcp, interval = 100ms } }"
            .formatted(to(web, node), quoted(List.of(missing))),
        "");

    eventually(() -> assertThat(isServed(connect(web))).isTrue());
    assertThat(headgate("status"))
        .contains("source-addresses: " + missing + " is not on this host")
        .endsWith("exit 4\n");
    String command = "ip addr add " + missing + "/32 dev eth0";
    assertThat(headgate("doctor")).contains(command);
    assertThat(headgate("backends")).contains("UP");

    host.run(command.split(" ", -1));
    eventually(() -> assertThat(headgate("status")).endsWith("exit 0\n"));
    assertThat(isServed(connect(web))).isTrue();
    assertThat(headgate("events")).contains("is on this host again");
    assertThat(headgate("doctor"))
        .contains("this host has all 1 source addresses; the busiest has");
  }

  private Namespaces.Host hostWithFewPorts() {
    Namespaces hosts = keep(Namespaces.open());
    Needs.programs("sysctl");
    Namespaces.Host host = hosts.add();
    int last = 40_000 + SCARCE_PORTS - 1;
    host.run("sysctl", "-qw", "net.ipv4.ip_local_port_range=40000 " + last);
    return host;
  }

  private static List<String> inside(Namespaces.Host host) {
    return List.of("ip", "netns", "exec", host.name());
  }

  /** Another address of the host's network. */
  private static String other(Namespaces.Host host, int last) {
    return Addresses.text(host.address()).replaceAll("\\d+$", "" + last);
  }

  private static List<String> quoted(List<String> texts) {
    return texts.stream().map(text -> '"' + text + '"').toList();
  }

  private EdgeProcess start(List<String> by, InetSocketAddress web, String routes)
      throws Exception {
    return start(by, web, routes, "");
  }

  private EdgeProcess start(List<String> by, InetSocketAddress web, String routes, String more)
      throws Exception {
    Path file = directory.resolve("headgate.conf");
    Files.writeString(
        file,
        """
        headgate {
          name = test
          addresses = ["%s"]
          defaults { health { type = off } }
          routes { %s }
          state-directory = "%s"
          admin { socket = "%s", http = "" }
          %s
        }
        """
            .formatted(
                Addresses.text(web.getAddress()),
                routes,
                directory.resolve("state"),
                directory.resolve("admin.sock"),
                more));
    EdgeProcess edge = keep(new EdgeProcess(by, file, directory.resolve("log"), Map.of()));
    eventually(() -> {
      assertThat(edge.output()).contains("serves");
      assertThat(headgate("routes")).endsWith("exit 0\n");
    });
    return edge;
  }

  private static String to(InetSocketAddress listener, TestNode... nodes) {
    List<String> backends = new ArrayList<>();
    for (TestNode node : nodes) {
      backends.add("\"" + node.address() + ":" + node.port() + "\"");
    }
    return "port = %d, backends = %s".formatted(listener.getPort(), backends);
  }

  private String headgate(String... arguments) {
    return EdgeProcess.headgate(directory.resolve("admin.sock"), arguments);
  }

  private Socket connect(InetSocketAddress to) throws IOException {
    Socket socket = keep(new Socket());
    int patienceMs = (int) Eventually.DEADLINE.toMillis();
    socket.setSoTimeout(patienceMs);
    try {
      socket.connect(to, patienceMs);
    } catch (SocketException e) {
      // Reset before the kernel had told of the connection: asking it says so once more.
    }
    return socket;
  }

  /** Asks once and keeps the connection; a client that is turned away is reset. */
  private static boolean isServed(Socket client) {
    try {
      client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      return client.getInputStream().read() == 'H';
    } catch (SocketException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leaves no TIME_WAIT behind, on neither side of the edge. */
  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
  }

  private <T extends AutoCloseable> T keep(T thing) {
    kept.add(thing);
    return thing;
  }
}
