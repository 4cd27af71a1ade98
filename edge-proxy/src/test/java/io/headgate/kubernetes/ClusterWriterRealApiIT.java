package io.headgate.kubernetes;

import static io.headgate.testing.Eventually.pause;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.apiserver.ApiResource;
import io.headgate.model.Addresses;
import io.headgate.model.ServiceReport;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.Remark;
import io.headgate.realapi.Administrator;
import io.headgate.realapi.ControlPlane;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a writer may write to a real API server, and what the server makes of it. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClusterWriterRealApiIT {
  private static final WriterSettings QUICK =
      new WriterSettings(
          new Election.Times(
              Duration.ofSeconds(3),
              Duration.ofMillis(100),
              Duration.ofSeconds(2),
              Duration.ofMillis(50),
              Duration.ofMillis(200)),
          1000,
          1000,
          1000,
          Duration.ofSeconds(2),
          Duration.ofMinutes(10),
          3,
          Duration.ofMinutes(10),
          Duration.ofMillis(50),
          Duration.ofMillis(50),
          Duration.ofMillis(50),
          Duration.ofMillis(50),
          Duration.ofMinutes(30),
          Duration.ofMillis(200),
          Duration.ofMillis(20),
          Duration.ofMillis(200));

  @TempDir Path directory;

  @Test
  void a_warning_that_comes_again_is_counted_and_a_lost_lease_is_taken_over() throws Exception {
    try (ControlPlane plane = ControlPlane.start()) {
      plane.admin().apply(Files.readString(Path.of("../config/kubernetes/rbac.yaml")));
      String kubeconfig = plane.kubeconfig(plane.admin().token("headgate", "headgate"));
      try (RealWatch watch = new RealWatch(plane, directory, kubeconfig);
          ClusterWriter first = writer("edge-1", kubeconfig)) {
        watch.await("the first writes", () -> first.status().lease().ours());
        say(watch, first, warning());
        watch.await("told", () -> events(plane).size() == 1);
        watch.await(
            "counted",
            () -> {
              say(watch, first);
              pause(Duration.ofMillis(150));
              say(watch, first, warning());
              pause(Duration.ofMillis(150));
              return events(plane).getFirst().path("count").asInt() > 1;
            });
        assertThat(events(plane)).hasSize(1);
        assertThat(first.status().ipModeDropped()).isEqualTo(!plane.keepsIpMode());
        try (ClusterWriter second = writer("edge-2", kubeconfig)) {
          watch.await(
              "the second knows", () -> second.status().lease().holdingEdge().equals("edge-1"));
          takeAway(plane);
          watch.await("again one of them", () -> holders(first, second) == 1);
          end(first);
          watch.await("the second writes", () -> second.status().lease().ours());
        }
      }
      refusesAnotherUid(plane);
    }
  }

  private ClusterWriter writer(String edge, String kubeconfig) throws Exception {
    var writer =
        new ClusterWriter(
            RealWatch.config(directory, kubeconfig), edge, _ -> {}, QUICK, RealWatch.QUICK);
    writer.start();
    return writer;
  }

  private static void end(ClusterWriter writer) {
    writer.close();
  }

  private static int holders(ClusterWriter... writers) {
    return (int) List.of(writers).stream().filter(writer -> writer.status().lease().ours()).count();
  }

  private static Remark warning() {
    return new Remark(Level.WARNING, "AddressPending", "no pool has a free address");
  }

  private static void say(RealWatch watch, ClusterWriter writer, Remark... remarks) {
    var snapshot = watch.latest().snapshot();
    String uid = Optional.ofNullable(snapshot.services().get(RealWatch.WEB)).orElseThrow().uid();
    var addresses = List.of(Addresses.parse("203.0.113.10").orElseThrow());
    writer.report(
        new ClusterReport(
            Map.of(
                RealWatch.WEB,
                new ServiceReport(RealWatch.WEB, uid, addresses, List.of(), List.of(remarks))),
            snapshot));
  }

  private static List<ObjectNode> events(ControlPlane plane) {
    return plane.admin().objects(ApiResource.EVENTS, "shop").stream()
        .filter(event -> event.path("reason").asText().equals("AddressPending"))
        .toList();
  }

  /** As somebody who deletes the Lease: both try to make it, and one wins. */
  private static void takeAway(ControlPlane plane) {
    plane.admin().delete(ApiResource.LEASES, "headgate", LeaseKeeper.NAME);
  }

  /** The patch that a Service made anew by the same name must not get. */
  private static void refusesAnotherUid(ControlPlane plane) {
    String token = plane.admin().token("headgate", "headgate");
    var nothing = new Inscription(List.of(), List.of(), Map.of());
    Administrator.Answer answer =
        plane
            .admin()
            .mergePatchAs(
                token,
                "/api/v1/namespaces/shop/services/web/status",
                Inscription.patch("a-uid-that-it-has-not", nothing, nothing, Instant.now())
                    .toString());
    assertThat(answer.code()).as("%s", answer).isIn(409, 422);
  }
}
