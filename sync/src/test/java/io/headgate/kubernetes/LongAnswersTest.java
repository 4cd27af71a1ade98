package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that answers to a small question with all that it can send. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class LongAnswersTest {
  private static final byte[] PADDING = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);

  @TempDir Path directory;
  private HttpServer server;
  private ApiClient client;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Encoding", "gzip"); // little on the wire
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = new GZIPOutputStream(exchange.getResponseBody())) {
            out.write("{\"metadata\":".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 100; i++) {
              out.write(PADDING);
            }
            out.write("{}}".getBytes(StandardCharsets.US_ASCII));
          } catch (IOException e) {
            // the client has had enough
          }
        });
    server.start();
    Path kubeconfig =
        Files.writeString(
            directory.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            current-context: a
            contexts: [{name: a, context: {cluster: a, user: ""}}]
            clusters: [{name: a, cluster: {server: "http://127.0.0.1:%d"}}]
            """
                .formatted(server.getAddress().getPort()));
    var config =
        new KubernetesConfig(kubeconfig, "", List.of(), NodeAddress.INTERNAL, NodeExclusion.AUTO);
    client = ApiClient.of(Kubeconfig.read(config), "", FollowedCluster.QUICK);
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  @Test
  void no_object_and_no_greeting_is_taken_in_beyond_16_MiB() {
    assertThat(client.read("/api/v1/namespaces/shop/services/web"))
        .isInstanceOfSatisfying(
            ApiClient.Answer.Failed.class,
            failed -> assertThat(failed.failure().text()).contains("more than 16 MiB"));
    assertThat(client.greet().problem()).contains("more than 16 MiB");
  }

  @Test
  void a_page_is_taken_in_up_to_64_MiB_and_asked_for_in_smaller_ones_before_it_fails() {
    assertThat(client.list(new Update.Source(Resource.NODES, "")))
        .isInstanceOfSatisfying(
            ApiClient.Listing.Failed.class,
            failed ->
                assertThat(failed.failure().text())
                    .isEqualTo("a page of 3 nodes has more than 64 MiB"));
  }
}
