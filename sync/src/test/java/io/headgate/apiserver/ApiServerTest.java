package io.headgate.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Seen with the JDK's own HTTP client. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(30)
class ApiServerTest {
  private final ApiServer server = new ApiServer();
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws IOException {
    for (int i = 1; i <= 5; i++) {
      server.put(ApiResource.NODES, ApiObjects.node("n" + i, "192.0.2." + i));
    }
    server.put(ApiResource.SERVICES, ApiObjects.service("shop", "web"));
    server.put(ApiResource.SERVICES, ApiObjects.service("blog", "web"));
    server.start(0);
  }

  @AfterEach
  void stop() {
    client.shutdownNow();
    server.close();
  }

  @Test
  void a_list_says_what_there_is_and_at_which_version() throws Exception {
    JsonNode list = json(get("/api/v1/nodes"));
    assertThat(list.path("kind").asText()).isEqualTo("NodeList");
    assertThat(names(list)).containsExactly("n1", "n2", "n3", "n4", "n5");
    assertThat(list.at("/metadata/resourceVersion").asLong())
        .isEqualTo(json(get("/api/v1/services")).at("/metadata/resourceVersion").asLong())
        .isPositive();
  }

  @Test
  void a_namespace_has_a_list_of_its_own() throws Exception {
    assertThat(names(json(get("/api/v1/services")))).hasSize(2);
    assertThat(names(json(get("/api/v1/namespaces/shop/services")))).hasSize(1);
    assertThat(names(json(get("/api/v1/namespaces/none/services")))).isEmpty();
  }

  @Test
  void a_list_can_be_had_in_pages() throws Exception {
    List<String> all = new ArrayList<>();
    String next = "";
    int pages = 0;
    do {
      JsonNode page = json(get("/api/v1/nodes?limit=2&continue=" + next));
      all.addAll(names(page));
      next = page.at("/metadata/continue").asText("");
      pages++;
    } while (!next.isEmpty());
    assertThat(all).containsExactly("n1", "n2", "n3", "n4", "n5");
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void a_page_of_an_expired_list_is_410() throws Exception {
    String next = json(get("/api/v1/nodes?limit=2")).at("/metadata/continue").asText();
    server.put(ApiResource.NODES, ApiObjects.node("n9", "192.0.2.9"));
    server.compact();
    assertThat(get("/api/v1/nodes?limit=2&continue=" + next).statusCode()).isEqualTo(410);
  }

  @Test
  void single_objects_the_version_and_unknown_paths_are_answered() throws Exception {
    assertThat(json(get("/api/v1/nodes/n1")).at("/status/addresses/0/address").asText())
        .isEqualTo("192.0.2.1");
    assertThat(json(get("/version")).path("major").asText()).isEqualTo("1");
    for (String path : List.of("/api/v1/nodes/n7", "/api/v1/pods", "/", "/api/v1/nodes/n1/x")) {
      HttpResponse<String> answer = get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(json(answer).path("kind").asText()).isEqualTo("Status");
    }
  }

  @Test
  void without_the_token_nothing_is_told() throws Exception {
    server.requireToken("let me in");
    assertThat(get("/api/v1/nodes").statusCode()).isEqualTo(401);
    assertThat(server.kubeconfig()).contains("let me in").contains(server.url());
  }

  @Test
  void a_watch_by_lines_tells_what_follows_a_version() throws Exception {
    long version = json(get("/api/v1/nodes")).at("/metadata/resourceVersion").asLong();
    server.put(ApiResource.NODES, ApiObjects.node("n6", "192.0.2.6"));
    server.put(ApiResource.NODES, ApiObjects.node("n6", "192.0.2.66"));
    server.put(ApiResource.SERVICES, ApiObjects.service("shop", "other"));
    server.delete(ApiResource.NODES, "", "n6");
    String watch = "/api/v1/nodes?watch=true&timeoutSeconds=1&resourceVersion=" + version;
    List<JsonNode> events = lines(watch);
    assertThat(events.stream().map(event -> event.path("type").asText()))
        .containsExactly("ADDED", "MODIFIED", "DELETED");
    assertThat(events.stream().map(e -> e.at("/object/metadata/resourceVersion").asLong()))
        .isSorted()
        .allMatch(seen -> seen > version);
  }

  @Test
  void bookmarks_come_to_those_who_ask() throws Exception {
    long version = json(get("/api/v1/nodes")).at("/metadata/resourceVersion").asLong();
    String watch = "/api/v1/nodes?watch=1&timeoutSeconds=1&resourceVersion=" + version;
    assertThat(lines(watch)).isEmpty();
    assertThat(lines(watch + "&allowWatchBookmarks=true"))
        .isNotEmpty()
        .allMatch(event -> event.path("type").asText().equals("BOOKMARK"))
        .allMatch(e -> e.at("/object/metadata/resourceVersion").asLong() == version);
  }

  @Test
  void a_watch_from_a_forgotten_version_is_told_so_in_the_stream() throws Exception {
    server.compact();
    List<JsonNode> events = lines("/api/v1/nodes?watch=true&resourceVersion=2");
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().path("type").asText()).isEqualTo("ERROR");
    assertThat(events.getFirst().at("/object/code").asInt()).isEqualTo(410);
    assertThat(events.getFirst().at("/object/reason").asText()).isEqualTo("Expired");
  }

  @Test
  void a_watch_from_the_future_is_504() throws Exception {
    assertThat(get("/api/v1/nodes?watch=true&resourceVersion=4711").statusCode()).isEqualTo(504);
  }

  @Test
  void a_watch_by_WebSocket_tells_each_event_in_a_frame_and_bookmarks() throws Exception {
    long version = json(get("/api/v1/nodes")).at("/metadata/resourceVersion").asLong();
    var frames = new Frames();
    client
        .newWebSocketBuilder()
        .header("Origin", server.url())
        .buildAsync(
            URI.create(
                server.url().replace("http", "ws")
                    + "/api/v1/nodes?watch=true&allowWatchBookmarks=true&resourceVersion="
                    + version),
            frames)
        .join();
    server.put(ApiResource.NODES, ApiObjects.node("n6", "192.0.2.6"));
    assertThat(frames.next()).contains("\"ADDED\"").contains("\"n6\"");
    assertThat(frames.next()).contains("\"BOOKMARK\"");
    server.closeWatches();
    assertThat(frames.next()).isEqualTo("closed 1000");
  }

  @Test
  void a_planned_answer_is_given_as_often_as_planned() throws Exception {
    server.faults().answer(ApiVerb.LIST, ApiResource.NODES, 2, 429, 7);
    HttpResponse<String> first = get("/api/v1/nodes");
    assertThat(first.statusCode()).isEqualTo(429);
    assertThat(first.headers().firstValue("Retry-After")).hasValue("7");
    assertThat(get("/api/v1/services").statusCode()).isEqualTo(200);
    assertThat(get("/api/v1/nodes").statusCode()).isEqualTo(429);
    assertThat(get("/api/v1/nodes").statusCode()).isEqualTo(200);
    assertThat(server.requests(ApiVerb.LIST, ApiResource.NODES)).isEqualTo(3);
  }

  @Test
  void it_can_go_and_return_with_all_its_objects() throws Exception {
    int port = server.port();
    server.stop();
    server.start(port);
    assertThat(names(json(get("/api/v1/nodes")))).hasSize(5);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path), BodyHandlers.ofString());
  }

  private List<JsonNode> lines(String path) throws Exception {
    List<JsonNode> events = new ArrayList<>();
    try (Stream<String> lines = client.send(request(path), BodyHandlers.ofLines()).body()) {
      for (String line : lines.toList()) {
        events.add(Json.MAPPER.readTree(line));
      }
    }
    return events;
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create(server.url() + path))
        .timeout(Duration.ofSeconds(20))
        .build();
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    return Json.MAPPER.readTree(answer.body());
  }

  private static List<String> names(JsonNode list) {
    return list.path("items").valueStream().map(o -> o.at("/metadata/name").asText()).toList();
  }

  private static final class Frames implements WebSocket.Listener {
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();

    String next() throws InterruptedException {
      String text = texts.poll(20, TimeUnit.SECONDS);
      return text == null ? "nothing" : text;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      texts.add(text.toString());
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      texts.add("closed " + status);
      return null;
    }
  }
}
