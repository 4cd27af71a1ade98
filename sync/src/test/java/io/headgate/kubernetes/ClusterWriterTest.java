package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.apiserver.ApiResource;
import io.headgate.apiserver.ApiVerb;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.Remark;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Writers and a watch on a server that can be made to fail. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class ClusterWriterTest {
  @TempDir Path directory;
  private WrittenCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new WrittenCluster(directory, List.of());
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void a_Service_gets_its_address_and_its_user_is_told() throws Exception {
    cluster.say("203.0.113.10", new Remark(Level.NORMAL, "EnsuredLoadBalancer", "it is served"));
    cluster.writer("edge-1");
    cluster.await("the address", () -> cluster.ingress().equals("203.0.113.10 Proxy"));
    cluster.await("the event", () -> cluster.events().size() == 1);
    ObjectNode event = cluster.events().getFirst();
    assertThat(event.at("/involvedObject/uid").asText()).isEqualTo(cluster.uid());
    assertThat(event.path("reason").asText()).isEqualTo("EnsuredLoadBalancer");
    assertThat(event.path("type").asText()).isEqualTo("Normal");
    assertThat(event.at("/source/component").asText()).isEqualTo("headgate");
    assertThat(event.at("/source/host").asText()).isEqualTo("edge-1");
  }

  @Test
  void what_is_right_is_not_written() throws Exception {
    cluster.say("203.0.113.10");
    ClusterWriter first = cluster.writer("edge-1");
    cluster.await("told by the watch", () -> cluster.told("203.0.113.10"));
    first.close();
    long before = cluster.api.requests(ApiVerb.PATCH, ApiResource.SERVICES);
    ClusterWriter second = cluster.writer("edge-2");
    cluster.say("203.0.113.10", new Remark(Level.NORMAL, "AfterAll", "the look has been"));
    cluster.await("a look of the second", () -> second.status().eventWrites() > 0);
    assertThat(cluster.api.requests(ApiVerb.PATCH, ApiResource.SERVICES)).isEqualTo(before);
  }

  @Test
  void of_two_edges_one_writes_and_the_other_goes_on_when_it_is_closed() throws Exception {
    cluster.say("203.0.113.10");
    ClusterWriter first = cluster.writer("edge-1");
    cluster.await("the first", () -> first.status().lease().ours());
    ClusterWriter second = cluster.writer("edge-2");
    cluster.await(
        "seen by the second",
        () -> second.status().lease().holder().equals(first.status().lease().identity()));
    cluster.await("the address", () -> cluster.ingress().equals("203.0.113.10 Proxy"));
    assertThat(second.status().statusWrites()).isZero();
    first.close();
    String holder =
        cluster.api.objects(ApiResource.LEASES).getFirst().at("/spec/holderIdentity").asText();
    assertThat(holder).as("handed back, not left to expire").doesNotContain("edge-1");
    cluster.say("203.0.113.11");
    cluster.await("the second", () -> cluster.ingress().equals("203.0.113.11 Proxy"));
  }

  @Test
  void while_the_API_is_away_nothing_is_lost() throws Exception {
    cluster.say("203.0.113.10");
    cluster.writer("edge-1");
    cluster.await("the address", () -> cluster.ingress().equals("203.0.113.10 Proxy"));
    int port = cluster.api.port();
    cluster.api.stop();
    cluster.say("203.0.113.11");
    cluster.say("203.0.113.12");
    cluster.api.start(port);
    cluster.await("the newest", () -> cluster.ingress().equals("203.0.113.12 Proxy"));
  }

  @Test
  void a_refused_write_is_tried_again() throws Exception {
    for (int status : new int[] {409, 429, 500, 503}) {
      cluster.api.faults().answer(ApiVerb.PATCH, ApiResource.SERVICES, 1, status);
    }
    cluster.say("203.0.113.10");
    ClusterWriter writer = cluster.writer("edge-1");
    cluster.await("the address", () -> cluster.ingress().equals("203.0.113.10 Proxy"));
    cluster.await("all is well", () -> writer.status().lastError().isEmpty());
    assertThat(writer.status().failures()).isEqualTo(4);
  }

  @Test
  void a_missing_right_is_named_and_used_as_soon_as_it_is_there() throws Exception {
    cluster.api.faults().answer(ApiVerb.PATCH, ApiResource.SERVICES, 1_000_000, 403);
    cluster.say("203.0.113.10", new Remark(Level.WARNING, "R", "events are written all the same"));
    ClusterWriter writer = cluster.writer("edge-1");
    cluster.await(
        "named",
        () -> writer.status().missingRights().equals(List.of("patch services/status in shop")));
    cluster.await("the event", () -> cluster.events().size() == 1);
    cluster.api.faults().clear();
    cluster.await("the address", () -> cluster.ingress().equals("203.0.113.10 Proxy"));
    cluster.await("no right is missing", () -> writer.status().missingRights().isEmpty());
  }

  @Test
  void without_the_Lease_nothing_is_written_and_it_is_said() throws Exception {
    cluster.api.faults().answer(ApiVerb.GET, ApiResource.LEASES, 1_000_000, 403);
    cluster.say("203.0.113.10");
    ClusterWriter writer = cluster.writer("edge-1");
    cluster.await("said", () -> writer.status().lease().problem().contains("403"));
    cluster.await("tried again", () -> cluster.api.requests(ApiVerb.GET, ApiResource.LEASES) >= 3);
    assertThat(writer.status().lease().ours()).isFalse();
    assertThat(cluster.api.requests(ApiVerb.PATCH, ApiResource.SERVICES)).isZero();
    cluster.api.faults().clear();
    cluster.await("the address", () -> cluster.ingress().equals("203.0.113.10 Proxy"));
  }

  @Test
  void without_the_namespace_of_the_Lease_it_is_said() throws Exception {
    cluster.api.faults().missingNamespaces("headgate");
    ClusterWriter writer = cluster.writer("edge-1");
    cluster.await(
        "said", () -> writer.status().lease().problem().contains("namespaces \"headgate\""));
    cluster.api.faults().clear();
    cluster.await("writing", () -> writer.status().lease().ours());
  }

  @Test
  void a_Service_made_anew_is_not_given_the_address_of_the_old_one() throws Exception {
    cluster.writer("edge-1");
    cluster.await("writing", () -> cluster.writers.getFirst().status().lease().ours());
    cluster.say("203.0.113.10");
    cluster.await("the address", () -> cluster.ingress().equals("203.0.113.10 Proxy"));
    cluster.follows(false); // the watch is behind
    cluster.api.delete(ApiResource.SERVICES, "shop", "web");
    cluster.putService();
    cluster.say("203.0.113.11");
    cluster.await("refused", () -> cluster.writers.getFirst().status().failures() > 0);
    assertThat(cluster.ingress()).isEmpty();
  }

  @Test
  void an_old_server_that_drops_ipMode_is_found_out_and_written_once() throws Exception {
    cluster.api.faults().dropIpMode(true);
    cluster.say("203.0.113.10");
    ClusterWriter writer = cluster.writer("edge-1");
    cluster.await("found out", () -> writer.status().ipModeDropped());
    cluster.await(
        "told",
        () ->
            cluster.events().stream()
                .anyMatch(event -> event.path("reason").asText().equals("IPModeNotSupported")));
    assertThat(cluster.ingress()).isEqualTo("203.0.113.10 ");
    assertThat(writer.status().statusWrites()).isEqualTo(1);
  }

  @Test
  void a_rival_controller_is_not_fought() throws Exception {
    cluster.say("203.0.113.10");
    ClusterWriter writer = cluster.writer("edge-1");
    while (writer.status().contested().isEmpty()) {
      cluster.await(
          "ours, or given up",
          () ->
              cluster.ingress().equals("203.0.113.10 Proxy")
                  || !writer.status().contested().isEmpty());
      cluster.rewrite("198.51.100.1");
    }
    assertThat(writer.status().statusWrites()).isBetween(4L, 5L);
    cluster.await(
        "told",
        () ->
            cluster.events().stream()
                .anyMatch(event -> event.path("reason").asText().equals("StatusConflict")));
    assertThat(cluster.ingress()).startsWith("198.51.100.1");
  }
}
