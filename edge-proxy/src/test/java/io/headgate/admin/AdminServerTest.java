package io.headgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.headgate.admin.Edge.ReloadResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
import org.slf4j.LoggerFactory;

@Timeout(60)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AdminServerTest {
  private final FakeEdge edge = new FakeEdge();
  private AdminServer server;
  private SocketAddress socket;
  private InetSocketAddress http;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("admin.sock");
    server =
        new AdminServer(
            edge, path, Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    server.start();
    socket = UnixDomainSocketAddress.of(path);
    http = server.httpAddress().orElseThrow();
  }

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/status",
        "/api/v1/routes",
        "/api/v1/backends",
        "/api/v1/nodes",
        "/api/v1/addresses",
        "/api/v1/events",
        "/api/v1/config",
        "/api/v1/explain/http"
      })
  void both_doors_answer_every_view_alike(String path) throws IOException {
    Wire onSocket = Wire.get(socket, path);
    assertThat(onSocket.status()).isEqualTo(200);
    assertThat(onSocket.headers()).containsEntry("content-type", "application/json");
    assertThat(Json.tree(onSocket.body()).isEmpty()).isFalse();
    assertThat(Wire.get(http, path).body()).isEqualTo(onSocket.body());
  }

  @Test
  void a_view_has_the_names_and_values_of_its_record() throws IOException {
    JsonNode status = Json.tree(Wire.get(socket, "/api/v1/status").body());
    assertThat(status.path("tableGeneration").asLong()).isEqualTo(42);
    assertThat(status.path("cluster").path(0).path("lastContactSeconds").asDouble())
        .isEqualTo(1.25);
    assertThat(Json.read(status.toString(), StatusView.class)).isEqualTo(edge.status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ingress-nginx/ingress-nginx-controller",
        "ingress-nginx%2Fingress-nginx-controller"
      })
  void a_service_is_explained_by_namespace_and_name(String name) throws IOException {
    Wire answer = Wire.get(socket, "/api/v1/explain/" + name);
    assertThat(answer.status()).isEqualTo(200);
    JsonNode nodes = Json.tree(answer.body()).path(0).path("nodes");
    assertThat(nodes.path(0).path("state").asText()).isEqualTo("UP");
    assertThat(nodes.path(1).path("state").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/explain/htp, did you mean http?",
    "/api/v1/explain/ingress-nginx/ingress-ngin-controller, "
        + "did you mean ingress-nginx/ingress-nginx-controller?",
    "/api/v1/backends?route=htps, did you mean https?",
    "/api/v1/statuss, did you mean /api/v1/status?",
    "/metric, did you mean /metrics?",
    "/api/v1/adresses, did you mean /api/v1/addresses?",
    "/api/v1/connections, not in this version",
    "/nothing/of/the/kind, no such path"
  })
  void what_is_not_there_is_a_404_that_helps(String path, String help) throws IOException {
    Wire answer = Wire.get(http, path);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(Json.tree(answer.body()).path("error").asText()).contains(help);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/../../etc/passwd",
        "//etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/style.css/../../x",
        "/style.css%00",
        "/api/v1/status/",
        "/API/V1/STATUS"
      })
  void a_path_is_taken_as_it_is_written_and_names_no_file(String path) throws IOException {
    assertThat(Wire.get(http, path).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%zz", "http://127.0.0.1/livez", "*", "/?a=%"})
  void a_target_that_is_no_path_is_a_400(String target) throws IOException {
    assertThat(Wire.get(http, target).status()).isEqualTo(400);
  }

  @Test
  void liveness_and_readiness_say_why_not() throws IOException {
    assertThat(Wire.get(http, "/livez").status()).isEqualTo(200);
    assertThat(Wire.get(http, "/readyz").body()).isEqualTo("ok\n");
    edge.live = false;
    edge.notReady = Optional.of("no first table yet");
    assertThat(Wire.get(http, "/livez").status()).isEqualTo(503);
    Wire ready = Wire.get(http, "/readyz");
    assertThat(ready.status()).isEqualTo(503);
    assertThat(ready.body()).isEqualTo("not ready: no first table yet\n");
  }

  @Test
  void backends_can_be_asked_of_one_route() throws IOException {
    JsonNode backends = Json.tree(Wire.get(socket, "/api/v1/backends?route=https").body());
    assertThat(backends).hasSize(1);
    assertThat(backends.path(0).path("address").asText()).isEqualTo("10.1.0.11:30443");
  }

  @Test
  void events_can_be_asked_from_a_number_on() throws IOException {
    JsonNode events = Json.tree(Wire.get(socket, "/api/v1/events?after=1").body());
    assertThat(events).hasSize(1);
    assertThat(events.path(0).path("sequence").asLong()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/events?after=soon",
        "/api/v1/events?after=1&after=2",
        "/api/v1/events?since=1",
        "/api/v1/status?x=1"
      })
  void a_parameter_that_means_nothing_is_a_400(String path) throws IOException {
    assertThat(Wire.get(socket, path).status()).isEqualTo(400);
  }

  @Test
  void a_head_request_has_the_headers_of_the_answer_and_no_body() throws IOException {
    Wire get = Wire.get(http, "/api/v1/routes");
    Wire head = Wire.exchange(http, Wire.request("HEAD", "/api/v1/routes", Wire.hostOf(http), ""));
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers()).isEqualTo(get.headers());
  }

  @Test
  void an_order_on_the_socket_is_given_and_logged_with_its_author() throws IOException {
    Logger logger = (Logger) LoggerFactory.getLogger(AdminApi.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
    Wire answer =
        Wire.post(socket, "/api/v1/orders", "{\"target\": \"http/node-2\", \"order\": \"drain\"}");
    logger.detachAppender(log);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(Json.tree(answer.body()).path("activeConnections").asLong()).isEqualTo(1);
    assertThat(edge.orders).containsExactly("DRAIN http/node-2");
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anySatisfy(line ->
            assertThat(line).startsWith("drain http/node-2 by " + System.getProperty("user.name")));
    assertThat(log.list).extracting(ILoggingEvent::getLevel).contains(Level.INFO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/orders", "/api/v1/reload"})
  void the_loopback_port_changes_nothing(String path) throws IOException {
    edge.reload =
        () -> {
          throw new AssertionError("reloaded from the loopback port");
        };
    Wire answer = Wire.post(http, path, "{\"target\": \"node-2\", \"order\": \"drain\"}");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(edge.orders).isEmpty();
  }

  @Test
  void the_doctor_is_asked_on_the_socket_only() throws IOException {
    Wire answer = Wire.get(socket, "/api/v1/doctor");
    assertThat(Json.readList(answer.body(), CheckView.class)).isEqualTo(edge.checks);
    assertThat(Wire.get(http, "/api/v1/doctor").status()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /api/v1/status",
    "DELETE, /",
    "PUT, /metrics",
    "GET, /api/v1/orders",
    "GET, /api/v1/reload",
    "PATCH, /api/v1/orders",
    "TRACE, /livez"
  })
  void a_method_that_does_not_fit_is_a_405(String method, String path) throws IOException {
    Wire answer = Wire.exchange(socket, Wire.request(method, path, "headgate", ""));
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers()).containsKey("allow");
    assertThat(edge.orders).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"target\": \"node-1\"}",
        "{\"target\": \"node-1\", \"order\": null}",
        "{\"target\": \"node-1\", \"order\": \"drain\", \"for\": \"1h\"}",
        "{\"target\": 1, \"order\": \"drain\"}",
        "{\"target\": \"node-1\", \"order\": \"drain\"} {}",
        "{\"target\": \"node-1\", \"order\": \"drain\", \"order\": \"ready\"}",
        "{\"target\": \"node-1\", \"order\": \"drian\"}",
        "{\"target\": \"node-1\", \"order\": \"DRAIN\"}",
        "{\"target\": \"\", \"order\": \"drain\"}",
        "{\"target\": \"/node-1\", \"order\": \"drain\"}",
        "{\"target\": \"http/\", \"order\": \"drain\"}",
        "{\"target\": \"node-1\\nforged\", \"order\": \"drain\"}"
      })
  void an_order_that_is_not_exactly_one_is_a_400(String body) throws IOException {
    assertThat(Wire.post(socket, "/api/v1/orders", body).status()).isEqualTo(400);
    assertThat(edge.orders).isEmpty();
  }

  @Test
  void an_order_for_an_unknown_node_is_a_404() throws IOException {
    Wire answer =
        Wire.post(socket, "/api/v1/orders", "{\"target\": \"node-22\", \"order\": \"drain\"}");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body())
        .contains("no route has a node node-22")
        .contains("did you mean node-");
  }

  @Test
  void a_reload_says_what_has_changed() throws IOException {
    Wire answer = Wire.post(socket, "/api/v1/reload", "");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("route http: idle-timeout 1h -> 2h");
  }

  @Test
  void a_reload_of_a_bad_file_gives_every_problem_as_it_is() throws IOException {
    List<String> problems = List.of("a.conf:3: routes.x: no port", "a.conf:9: naem: unknown");
    edge.reload = () -> new ReloadResult(problems, List.of());
    Wire answer = Wire.post(socket, "/api/v1/reload", "");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(Json.read(answer.body(), ReloadResult.class).problems()).isEqualTo(problems);
  }

  @Test
  void a_bug_in_a_view_is_a_500_and_the_next_request_is_answered() throws IOException {
    edge.config =
        () -> {
          throw new IllegalStateException("secret detail");
        };
    Wire answer = Wire.get(socket, "/api/v1/config");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("secret detail");
    assertThat(Wire.get(socket, "/livez").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:%d", "localhost:%d", "LOCALHOST:%d", "[::1]:%d"})
  void a_loopback_host_is_answered(String host) throws IOException {
    assertThat(host(host.formatted(http.getPort())).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example:%d",
        "evil.example",
        "127.0.0.1",
        "localhost:1",
        "localhost.evil.example:%d",
        "127.0.0.1:%d.evil.example",
        "",
        "127.0.0.1:%d\r\nHost: evil.example"
      })
  void a_host_that_is_not_ours_is_turned_away(String host) throws IOException {
    assertThat(host(host.formatted(http.getPort())).status()).isBetween(400, 421);
  }

  @Test
  void a_request_without_a_host_is_turned_away() throws IOException {
    assertThat(Wire.exchange(http, "GET /livez HTTP/1.0\r\n\r\n").status()).isEqualTo(421);
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:PORT, 200",
    "http://localhost:PORT, 200",
    "https://127.0.0.1:PORT, 403",
    "http://127.0.0.1:1, 403",
    "http://evil.example, 403",
    "null, 403"
  })
  void only_our_own_page_may_ask_from_a_browser(String origin, int status) throws IOException {
    String named = origin.replace("PORT", "" + http.getPort());
    assertThat(origin(http, Wire.hostOf(http), named).status()).isEqualTo(status);
  }

  @Test
  void no_page_may_ask_on_the_socket() throws IOException {
    assertThat(origin(socket, "headgate", "http://127.0.0.1:" + http.getPort()).status())
        .isEqualTo(403);
  }

  @Test
  void the_page_shows_the_views_without_a_script_and_keeps_the_browser_in_its_place()
      throws IOException {
    edge.problems = List.of("listener *:443/tcp is not bound: Permission denied");
    Wire page = Wire.get(http, "/");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.headers())
        .containsEntry("content-type", "text/html; charset=utf-8")
        .containsEntry("x-content-type-options", "nosniff")
        .containsEntry("x-frame-options", "DENY")
        .containsEntry("cache-control", "no-store");
    assertThat(page.headers().get("content-security-policy")).startsWith("default-src 'self'");
    assertThat(page.body())
        .contains("DEGRADED", "listener *:443/tcp is not bound: Permission denied")
        .contains("10.1.0.12:30080", "drain by the operator", "UP -&gt; DOWN: refused")
        .doesNotContain("<script", "style=");
    Wire style = Wire.get(http, "/style.css");
    assertThat(style.headers()).containsEntry("content-type", "text/css; charset=utf-8");
  }

  @Test
  void what_strangers_wrote_cannot_leave_its_cell() throws IOException {
    String hostile = "<script>alert('x')</script>\"&";
    edge.nodes =
        List.of(
            new NodeView(
                hostile, hostile, hostile, List.of(hostile), hostile, List.of(hostile), 0));
    edge.backends = List.of(FakeEdge.backend("http", hostile, hostile, hostile, hostile, 1));
    edge.events.add(new EventView(3, hostile, hostile, hostile, hostile));
    edge.problems = List.of(hostile);
    assertThat(Wire.get(http, "/").body())
        .doesNotContain("<script", "alert('x')", "\"&\"")
        .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;");
  }

  @Test
  void metrics_come_in_the_text_format() throws IOException {
    Wire metrics = Wire.get(http, "/metrics");
    assertThat(metrics.headers().get("content-type")).startsWith("text/plain; version=0.0.4");
    assertThat(metrics.body()).contains("headgate_route_connections_total{route=\"http\"} 1234.0");
  }

  @Test
  void requests_of_one_connection_are_answered_in_their_order() throws IOException {
    try (SocketChannel channel = SocketChannel.open(socket)) {
      String keep = "GET %s HTTP/1.1\r\nHost: h\r\n\r\n";
      Wire.send(
          channel,
          keep.formatted("/livez")
              + keep.formatted("/nowhere")
              + Wire.request("GET", "/api/v1/config", "h", ""));
      String all = Wire.rest(channel);
      assertThat(all.split("HTTP/1.1 ", -1)).hasSize(4);
      assertThat(all.indexOf("200 OK")).isLessThan(all.indexOf("404 Not Found"));
      assertThat(all.indexOf("404 Not Found")).isLessThan(all.indexOf("edge-1"));
    }
  }

  private Wire host(String host) throws IOException {
    return Wire.exchange(http, Wire.request("GET", "/livez", host, ""));
  }

  private static Wire origin(SocketAddress door, String host, String origin) throws IOException {
    return Wire.exchange(door, Wire.request("GET", "/livez", host + "\r\nOrigin: " + origin, ""));
  }
}
