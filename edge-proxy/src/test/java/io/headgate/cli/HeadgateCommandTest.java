package io.headgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.admin.AddressesView;
import io.headgate.admin.AddressesView.GroupView;
import io.headgate.admin.AddressesView.PeerView;
import io.headgate.admin.AdminServer;
import io.headgate.admin.BackendView;
import io.headgate.admin.Edge.FailoverResult;
import io.headgate.admin.Edge.ReloadResult;
import io.headgate.admin.EventView;
import io.headgate.admin.FakeEdge;
import io.headgate.admin.NodeView;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Timeout(60)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HeadgateCommandTest {
  private final FakeEdge edge = new FakeEdge();
  private Path socket;
  private AdminServer server;

  /** What a command printed and returned. */
  private record Ran(int exit, String out, String err) {}

  /** What a test does each time the command waits. */
  private Pace pace =
      _ -> {
        throw new AssertionError("this command does not wait");
      };

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    socket = directory.resolve("admin.sock");
    server = new AdminServer(edge, socket, Optional.empty());
    server.start();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Ran headgate(String... arguments) {
    return headgate(Ink.PLAIN, arguments);
  }

  private Ran headgate(Ink ink, String... arguments) {
    return bare(
        ink,
        Stream.concat(Stream.of(arguments), Stream.of("--admin-socket", socket.toString()))
            .toArray(String[]::new));
  }

  private Ran bare(Ink ink, String... arguments) {
    return ran(HeadgateCommand.commandLine("0.1.0", ink, pace), arguments);
  }

  private static Ran ran(CommandLine command, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exit = command.execute(arguments);
    return new Ran(exit, out.toString(), err.toString());
  }

  @Test
  void status_says_ok_and_then_the_rest() {
    Ran status = headgate("status");
    assertThat(status.out())
        .isEqualTo(
            """
            ok
            edge     edge-1, headgate 0.1.0, up 1d2h, epoll with 2 workers, table 42
            config   /etc/headgate/headgate.conf, loaded 2026-11-22T09:00:00Z; last reload: never
            clients  4 of 60000 connections, 1234 accepted so far
            cluster  live, last contact 1.3s ago, https://10.0.0.1:6443: 3 nodes, 2 services, 6 endpoints
            writes   this edge: 7 statuses, 5 events written, 0 pending, 1 failed
                     services: not watched: 410 Gone

            LISTENER   ROUTE  STATE
            *:80/tcp   http   bound
            *:443/tcp  https  bound

            ROUTE  MODE    USABLE  ACTIVE  TO
            http   normal     1/2       4  ingress-nginx/ingress-nginx-controller:http, NodePort 30080
            https  empty      0/1       0  ingress-nginx/ingress-nginx-controller:https
            """);
    assertThat(status.exit()).isZero();
    assertThat(status.err()).isEmpty();
  }

  @Test
  void status_says_at_once_why_the_edge_is_degraded_and_exits_4() {
    edge.problems =
        List.of("listener *:443/tcp is not bound: Permission denied", "route https is empty");
    Ran status = headgate("status");
    assertThat(status.out())
        .startsWith(
            """
            DEGRADED: listener *:443/tcp is not bound: Permission denied (and 1 more)
              route https is empty
            edge\
            """)
        .contains("*:443/tcp  https  DOWN Permission denied");
    assertThat(status.exit()).isEqualTo(4);
    assertThat(headgate("status", "--json").exit()).isEqualTo(4);
  }

  @Test
  void routes_are_a_table() {
    assertThat(headgate("routes").out())
        .isEqualTo(
            """
            ROUTE  LISTENERS  TO                                            BALANCE            MODE    USABLE  ACTIVE  WAITING  ACCEPTED      IN     OUT  RETRIES  FAILED
            http   *:80/tcp   ingress-nginx/ingress-nginx-controller:http   least-connections  normal     1/2       4        0      1234  1.4MiB  2.8GiB        1       0
            https  *:443/tcp  ingress-nginx/ingress-nginx-controller:https  round-robin        empty      0/1       0        2        10    512B      0B        4       2
            """);
  }

  @Test
  void backends_are_a_table_of_one_route_or_all() {
    assertThat(headgate("backends").out().lines()).hasSize(4);
    assertThat(headgate("backends", "https").out())
        .isEqualTo(
            """
            ROUTE  NODE    ADDRESS          STATE  SINCE  WEIGHT  ACTIVE  TOTAL  FAILURES      IN     OUT  WHY
            https  node-1  10.1.0.11:30443  DOWN   3m20s    100%       0    100         2  1.4MiB  2.8GiB  connection refused; probe: http :10256/healthz ok
            """);
    Ran unknown = headgate("backends", "htps");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err()).isEqualTo("headgate: no route htps; did you mean https?\n");
  }

  @Test
  void nodes_are_a_table_without_empty_cells() {
    assertThat(headgate("nodes").out())
        .isEqualTo(
            """
            NODE    ADDRESS    READY  FLAGS     ORDER  ACTIVE  BACKENDS
            node-1  10.1.0.11  yes    -         -           3  UP 1, DOWN 1
            node-2  10.1.0.12  yes    cordoned  drain       1  DRAIN 1
            """);
    assertThat(headgate("nodes", "--no-headers").out()).startsWith("node-1").hasLineCount(2);
  }

  @Test
  void addresses_are_a_table_with_the_pools_and_the_services_that_wait() {
    assertThat(headgate("addresses").out())
        .isEqualTo(
            """
            ADDRESS       POOL        FOR                                    OWNER  STATE
            *             configured  http:80                                -      bound
            203.0.113.10  public      shop/mail:25,shop/web:80,shop/web:443  here   DOWN 2 of 3 bound: cannot listen on 203.0.113.10:25: Permission denied

            POOL    FAMILY  USED  FREE  ADDRESSES                               FROM
            public  IPv4       1    20  203.0.113.10,203.0.113.20-203.0.113.39  file
            dual    IPv6       0   256  2001:db8:1::-2001:db8:1::ff             IPAddressPool metallb-system/dual

            WITHOUT-ADDRESS  WHY
            shop/new         no pool serves the namespace shop

            IPAddressPool metallb-system/dual: no L2Advertisement names it
            """);
    edge.addresses = AddressesView.NONE;
    assertThat(headgate("addresses").out()).isEqualTo("ADDRESS  POOL  FOR  OWNER  STATE\n");
  }

  @Test
  void addresses_says_where_the_edge_stands_among_its_peers() {
    edge.addresses =
        new AddressesView(
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(
                group("front", "active", 250, "", "edge-2 was last heard 700 ms ago"),
                group("back", "backup", 1, "192.0.2.12 (priority 200)", "listening")),
            List.of(
                new PeerView(
                    "10.0.0.2:7443", "edge-2", "alive", "2026-01-01T00:00:00Z", 200, true)));
    assertThat(headgate("addresses").out())
        .isEqualTo(
            """
            ADDRESS  POOL  FOR  OWNER  STATE

            GROUP  ROLE    FOR  PRIORITY  OWNER                      ADDRESSES     WHY
            front  active  12s       250  here                       203.0.113.10  edge-2 was last heard 700 ms ago
            back   backup  12s     1/250  192.0.2.12 (priority 200)  203.0.113.10  listening

            PEER           NAME    STATE  SINCE
            10.0.0.2:7443  edge-2  alive  2026-01-01T00:00:00Z
            """);
  }

  @Test
  void failover_exits_1_where_no_peer_has_taken_over() {
    edge.failover =
        new FailoverResult(
            "", List.of(group("front", "backup", 250, "192.0.2.12 (priority 200)", "handed over")));
    assertThat(headgate("failover", "front").exit()).isZero();
    assertThat(edge.orders).last().isEqualTo("fail over front");
    assertThat(headgate("failover", "--take-back").exit()).isZero();
    assertThat(edge.orders).last().isEqualTo("take back all");
    edge.failover = new FailoverResult("", List.of(group("front", "active", 250, "", "keeps")));
    Ran kept = headgate("failover");
    assertThat(kept.exit()).isEqualTo(1);
    assertThat(kept.err()).contains("no peer has taken over");
    edge.failover = new FailoverResult("there is no group x", List.of());
    assertThat(headgate("failover", "x").err()).contains("there is no group x");
  }

  private static GroupView group(
      String name, String role, int effectivePriority, String owner, String why) {
    return new GroupView(
        name,
        "eth0",
        51,
        role,
        12,
        why,
        250,
        effectivePriority,
        false,
        owner,
        "",
        List.of("203.0.113.10"),
        List.of());
  }

  @Test
  void doctor_says_what_to_do_and_exits_4_where_anything_is_to_be_done() {
    Ran sick = headgate("doctor");
    assertThat(sick.out())
        .isEqualTo(
            """
            OK    api        https://10.0.0.1:6443 v1.32.0 answers
            WARN  clock      73 s behind
                  -> synchronise the clocks
            FAIL  rights     the account may not list nodes
                  -> kubectl apply -f rbac.yaml
            """);
    assertThat(sick.exit()).isEqualTo(4);
    assertThat(headgate("doctor", "--json").exit()).isEqualTo(4);
    edge.checks = List.of(edge.checks.getFirst());
    assertThat(headgate("doctor").exit()).isZero();
  }

  @Test
  void states_are_coloured_on_a_terminal_and_stay_aligned() {
    String coloured = headgate(Ink.COLOURED, "backends").out();
    assertThat(coloured).contains("\u001b[32mUP\u001b[0m   ", "\u001b[31mDOWN\u001b[0m ");
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(headgate("backends").out());
  }

  @Test
  void what_strangers_wrote_cannot_move_the_cursor() {
    edge.events.add(new EventView(3, "now", "info", "x", "\u001b[2Jgone\r\nnext\u009b1A"));
    assertThat(headgate("events").out())
        .contains(" [2Jgone  next 1A")
        .doesNotContain("\u001b", "\r", "\u009b");
  }

  @Test
  void events_are_listed_from_a_number_on() {
    assertThat(headgate("events", "--since", "1").out())
        .isEqualTo(
            """
            SEQ  AT                    LEVEL    WHAT          MESSAGE
              2  2026-11-22T10:00:05Z  warning  https/node-1  UP -> DOWN: refused
            """);
  }

  @Test
  void events_are_followed_one_by_one_until_the_daemon_ends() {
    List<EventView> coming =
        new ArrayList<>(
            List.of(
                new EventView(3, "later", "info", "a", "one"),
                new EventView(4, "later", "info", "b", "two")));
    pace =
        _ -> {
          if (coming.isEmpty()) {
            server.close();
          } else {
            edge.events.add(coming.removeFirst());
          }
        };
    Ran followed = headgate("events", "-f", "--json");
    assertThat(followed.out().lines())
        .hasSize(4)
        .last()
        .asString()
        .isEqualTo(
            "{\"sequence\":4,\"at\":\"later\",\"level\":\"info\",\"subject\":\"b\",\"message\":\"two\"}");
    assertThat(followed.exit()).isEqualTo(3);
  }

  @Test
  void explain_marks_the_verdict_that_decides() {
    assertThat(headgate("explain", "ingress-nginx/ingress-nginx-controller").out())
        .isEqualTo(
            """
            route http to ingress-nginx/ingress-nginx-controller:http
              externalTrafficPolicy: Local
              node-1 10.1.0.11:30080: UP
                 endpoints  1 ready on the node
              => probe      10256/healthz answers 200
              node-9: not selected
              => label  excluded from balancers

            """);
    Ran unknown = headgate("explain", "htpp");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err()).contains("did you mean http?");
  }

  @ParameterizedTest
  @CsvSource({"drain, DRAIN", "maint, MAINT", "ready, READY"})
  void an_order_is_given_and_confirmed(String verb, String order) {
    Ran ran = headgate(verb, "http/node-2");
    assertThat(ran.exit()).isZero();
    assertThat(ran.out()).isEqualTo("http/node-2: %s\n".formatted(order));
    assertThat(edge.orders).containsExactly(order + " http/node-2");
  }

  @Test
  void an_order_for_a_node_that_is_not_there_fails() {
    Ran ran = headgate("drain", "node-3");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err()).startsWith("headgate: no route has a node node-3; did you mean node-");
  }

  @Test
  void drain_waits_for_the_last_connection_of_that_node_on_that_route() {
    edge.backends = draining(2);
    List<List<BackendView>> next = new ArrayList<>(List.of(draining(2), draining(1), draining(0)));
    pace = _ -> edge.backends = next.removeFirst();
    Ran ran = headgate("drain", "http/node-2", "--wait");
    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .isEqualTo(
            """
            http/node-2: DRAIN
            http/node-2: 2 connections left
            http/node-2: 1 connection left
            http/node-2: done
            """);
  }

  @Test
  void a_fixed_backend_is_waited_for_by_its_address_without_a_port_too() {
    String fixed = "10.1.0.11:30080";
    edge.nodes = List.of(new NodeView("10.1.0.11", "", "", List.of(), "", List.of(), 1));
    edge.backends = List.of(FakeEdge.backend("http", fixed, fixed, "DRAIN", "", 1));
    pace = _ -> edge.backends = List.of();
    assertThat(headgate("drain", "10.1.0.11", "--wait").out())
        .contains("1 connection left", "done");
  }

  @Test
  void ready_waits_until_the_node_takes_connections() {
    edge.backends = List.of(FakeEdge.backend("http", "node-2", "a", "PENDING", "", 0));
    pace = _ -> edge.backends = List.of(FakeEdge.backend("http", "node-2", "a", "UP", "", 0));
    assertThat(headgate("ready", "node-2", "--wait").out())
        .contains("still PENDING on http", "done");
  }

  @Test
  void waiting_has_an_end_and_an_exit_code_of_its_own() {
    pace = _ -> Thread.onSpinWait();
    Ran ran = headgate("drain", "node-1", "--wait", "--timeout", "300ms", "--json");
    assertThat(ran.exit()).isEqualTo(124);
    assertThat(ran.err()).contains("gave up waiting for node-1: 3 connections left");
    assertThat(ran.out()).startsWith("{").endsWith("}\n");
  }

  private static List<BackendView> draining(long active) {
    return List.of(
        FakeEdge.backend("http", "node-2", "10.1.0.12:30080", "DRAIN", "", active),
        FakeEdge.backend("https", "node-2", "10.1.0.12:30443", "UP", "", 9),
        FakeEdge.backend("http", "node-1", "10.1.0.11:30080", "UP", "", 9));
  }

  @Test
  void reload_says_what_has_changed() {
    assertThat(headgate("reload", "--wait").out())
        .isEqualTo("reloaded:\n  route http: idle-timeout 1h -> 2h\n");
    edge.reload = () -> new ReloadResult(List.of(), List.of());
    assertThat(headgate("reload").out()).isEqualTo("reloaded: nothing has changed\n");
  }

  @Test
  void reload_prints_every_problem_as_it_is_and_exits_1() {
    edge.reload =
        () ->
            new ReloadResult(
                List.of("a.conf:3: routes.x: no port", "a.conf:9: naem: unknown"), List.of());
    Ran ran = headgate("reload");
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err())
        .isEqualTo(
            """
            a.conf:3: routes.x: no port
            a.conf:9: naem: unknown
            headgate: the running configuration stays
            """);
    assertThat(headgate("reload", "--json").exit()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "routes", "backends", "nodes", "addresses", "doctor", "events"})
  void json_is_what_the_edge_answers(String verb) throws Exception {
    String answered =
        new io.headgate.admin.AdminClient(socket, java.time.Duration.ofSeconds(20))
            .get("/api/v1/" + verb)
            .body();
    assertThat(headgate(verb, "--json").out()).isEqualTo(answered);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "routes",
        "backends",
        "nodes",
        "addresses",
        "doctor",
        "events",
        "failover",
        "reload"
      })
  void without_a_daemon_every_verb_exits_3_and_names_the_socket(String verb) {
    server.close();
    Ran ran = headgate(verb);
    assertThat(ran.exit()).isEqualTo(3);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .startsWith("headgate: no headgate is listening on " + socket)
        .contains("systemctl start headgate", "--admin-socket");
  }

  @ParameterizedTest
  @ValueSource(strings = {"top", "connections", "upgrade", "log-level", "support-bundle"})
  void a_verb_of_a_later_version_is_said_to_be_one(String verb) {
    Ran ran = bare(Ink.PLAIN, verb, "--json");
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).startsWith("headgate: " + verb + " is not in this version\n");
  }

  @Test
  void a_mistyped_verb_or_option_is_usage_and_helped() {
    Ran verb = bare(Ink.PLAIN, "statsu");
    assertThat(verb.exit()).isEqualTo(2);
    assertThat(verb.err()).startsWith("headgate: unknown command 'statsu'; did you mean ");
    Ran option = headgate("status", "--jsn");
    assertThat(option.exit()).isEqualTo(2);
    assertThat(option.err()).startsWith("headgate status: unknown option '--jsn'; did you mean ");
  }

  @Test
  void wrong_usage_exits_2_and_touches_nothing() {
    assertThat(bare(Ink.PLAIN).exit()).isEqualTo(2);
    assertThat(headgate("drain").exit()).isEqualTo(2);
    assertThat(headgate("drain", "node-1", "node-2").exit()).isEqualTo(2);
    assertThat(headgate("drain", "node-1", "--timeout", "5m").err()).contains("is for --wait");
    assertThat(headgate("drain", "node-1", "--wait", "--timeout", "soon").exit()).isEqualTo(2);
    assertThat(headgate("events", "--since", "yesterday").exit()).isEqualTo(2);
    assertThat(edge.orders).isEmpty();
  }

  @Test
  void help_names_every_command_and_exit_code() {
    Ran help = bare(Ink.PLAIN, "--help");
    assertThat(help.exit()).isZero();
    assertThat(help.out())
        .contains("Usage: headgate", "  status ", "  explain ", "  drain ", "  completion ")
        .contains("124", "the edge is degraded");
    assertThat(bare(Ink.PLAIN, "help", "drain").out()).isEqualTo(headgate("drain", "-h").out());
    assertThat(bare(Ink.PLAIN, "drain", "--help").out())
        .contains("Usage: headgate drain", "NODE|ROUTE/NODE", "Example: headgate drain");
    assertThat(bare(Ink.PLAIN, "--version").out()).isEqualTo("headgate 0.1.0\n");
  }

  @Command(name = "own")
  private static final class OwnVerb implements Runnable {
    @Override
    public void run() {
      throw new AssertionError("only asked for help");
    }
  }

  @Test
  void a_verb_that_others_add_has_the_option_help_too() {
    Ran help = ran(HeadgateCommand.commandLine("0.1.0", new OwnVerb()), "own", "--help");
    assertThat(help.exit()).isZero();
    assertThat(help.out()).startsWith("Usage: headgate own [-h]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void completion_is_a_script_that_knows_the_verbs(String shell) {
    Ran script = bare(Ink.PLAIN, "completion", shell);
    assertThat(script.exit()).isZero();
    assertThat(script.out()).startsWith("#!/usr/bin/env bash").contains("explain", "--no-headers");
    assertThat(bare(Ink.PLAIN, "completion", "fish").exit()).isEqualTo(2);
  }

  @Test
  void commands_of_the_caller_come_first_and_fail_alike() {
    @CommandLine.Command(name = "run", description = "Be the edge.")
    record Run() implements Runnable {
      @Override
      public void run() {}
    }
    StringWriter out = new StringWriter();
    CommandLine command = HeadgateCommand.commandLine("0.1.0", new Run());
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    assertThat(command.execute("run")).isZero();
    assertThat(command.execute("run", "--fast")).isEqualTo(2);
    assertThat(out.toString()).startsWith("headgate run: unknown option '--fast'");
  }
}
