package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import io.headgate.kubernetes.ClusterCheck.Role;
import io.headgate.kubernetes.TestTls.Identity;
import io.headgate.model.ClusterState.Freshness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the certificates of either side open, and that they can be replaced while we run. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class TlsAccessTest {
  @TempDir static Path identities;
  private static Identity server;
  private static Identity renewed;
  private static Identity named;
  private static Identity edge;
  private static Identity edgeRenewed;

  @TempDir Path directory;
  private FollowedCluster cluster;
  private TestTls tls;
  private Front front;

  @BeforeAll
  static void make_certificates() throws Exception {
    server = TestTls.identity(identities, "server", "ip:127.0.0.1");
    renewed = TestTls.identity(identities, "renewed", "ip:127.0.0.1");
    named = TestTls.identity(identities, "named", "dns:api.internal");
    edge = TestTls.identity(identities, "edge", "dns:edge");
    edgeRenewed = TestTls.identity(identities, "edge-renewed", "dns:edge");
  }

  @BeforeEach
  void listen() throws Exception {
    cluster = new FollowedCluster(directory);
    tls = TestTls.of(server);
    front = new Front(cluster.api.port(), tls);
  }

  @AfterEach
  void stop() {
    cluster.close();
    front.close();
  }

  @Test
  void a_client_certificate_renewed_on_disk_is_used_without_a_restart() throws Exception {
    tls.admitted.add("edge");
    copy(server.certificate(), "ca.crt");
    copy(edge.certificate(), "edge.crt");
    copy(edge.key(), "edge.key");
    kubeconfig(
        "certificate-authority: ca.crt", "client-certificate: edge.crt, client-key: edge.key");
    followed();
    assertThat(front.clientNames).isNotEmpty().containsOnly("edge");

    tls.admitted.clear();
    tls.admitted.add("edge-renewed");
    copy(edgeRenewed.key(), "edge.key");
    copy(edgeRenewed.certificate(), "edge.crt");
    cluster.putNode("n6");
    cluster.awaitTruth();
    cluster.await("the new one shown", () -> front.clientNames.contains("edge-renewed"));
    cluster.awaitWatching();
    assertThat(cluster.status(Resource.NODES).lastError()).isEmpty();
  }

  @Test
  void a_certificate_authority_renewed_on_disk_is_believed_without_a_restart() throws Exception {
    copy(server.certificate(), "ca.crt");
    kubeconfig("certificate-authority: ca.crt", "token: x");
    followed();
    tls.present(renewed);
    front.kill();
    front.revive();
    cluster.await(
        "the strange certificate is told",
        () -> cluster.status(Resource.NODES).lastError().contains("SSLHandshakeException"));
    copy(renewed.certificate(), "ca.crt");
    cluster.putNode("n6");
    cluster.awaitTruth();
    cluster.awaitWatching();
    cluster.assertNothingVanished();
  }

  @Test
  void a_server_with_a_certificate_of_another_name_is_not_believed() throws Exception {
    tls.present(named);
    copy(named.certificate(), "ca.crt");
    kubeconfig("certificate-authority: ca.crt", "token: x");
    cluster.followAsItIs();
    cluster.await(
        "the name is told",
        () -> cluster.status(Resource.NODES).lastError().contains("127.0.0.1 not verified"));
    assertThat(cluster.states).isEmpty();
  }

  @Test
  void tls_server_name_is_asked_for_and_expected_of_each_server() throws Exception {
    tls.present(named);
    copy(named.certificate(), "ca.crt");
    kubeconfig("certificate-authority: ca.crt, tls-server-name: api.internal", "token: x");
    try (var impostor = new Front(cluster.api.port(), TestTls.of(server))) {
      cluster.through(impostor.url(), front.url());
      followed();
      assertThat(cluster.status().server()).isEqualTo(front.url());
      assertThat(front.serverNames).isNotEmpty().containsOnly("api.internal");
    }
  }

  @Test
  void a_server_whose_certificate_is_not_believed_is_passed_over_for_the_next() throws Exception {
    copy(server.certificate(), "ca.crt");
    kubeconfig("certificate-authority: ca.crt", "token: x");
    try (var impostor = new Front(cluster.api.port(), TestTls.of(renewed))) {
      cluster.through(impostor.url(), front.url());
      followed();
      assertThat(cluster.status().server()).isEqualTo(front.url());
    }
  }

  @Test
  void insecure_skip_tls_verify_is_obeyed_if_allowed_and_warned_of_as_long_as_it_is()
      throws Exception {
    tls.present(named);
    kubeconfig("insecure-skip-tls-verify: true", "token: x");
    cluster.allowingInsecure();
    followed();
    assertThat(cluster.status().warning()).contains("certificate is not verified");
    tls.present(server);
    copy(server.certificate(), "ca.crt");
    kubeconfig("certificate-authority: ca.crt", "token: x");
    cluster.await("no warning", () -> cluster.status().warning().isEmpty());
  }

  @Test
  void how_long_the_certificates_are_good_is_known_from_the_kubeconfig_and_from_the_server()
      throws Exception {
    tls.admitted.add("edge");
    String both = Files.readString(server.certificate()) + Files.readString(renewed.certificate());
    Files.writeString(directory.resolve("ca.crt"), both);
    kubeconfig(
        "certificate-authority: ca.crt",
        "client-certificate: %s, client-key: %s".formatted(edge.certificate(), edge.key()));
    ClusterCheck.Result found = check();
    assertThat(found.problem()).isEmpty();
    assertThat(found.certificates())
        .extracting(ClusterCheck.Certificate::role)
        .containsExactly(Role.CLIENT, Role.AUTHORITY, Role.SERVER);
    Instant now = Instant.now();
    assertThat(found.certificates()) // keytool's for two days
        .allMatch(one -> one.begins().isBefore(now.plusSeconds(1)))
        .allMatch(one -> one.expires().isAfter(now.plus(Duration.ofHours(47))))
        .allMatch(one -> one.expires().isBefore(now.plus(Duration.ofHours(49))));
    front.kill();
    assertThat(check().certificates())
        .as("of the kubeconfig, where the server does not answer")
        .hasSize(2);
  }

  private ClusterCheck.Result check() throws InterruptedException {
    var config =
        new KubernetesConfig(
            directory.resolve("kubeconfig"),
            "",
            List.of(),
            NodeAddress.INTERNAL,
            NodeExclusion.AUTO);
    return ClusterCheck.of(config, PoolSources.NONE, false);
  }

  private void followed() throws Exception {
    cluster.followAsItIs();
    cluster.await("live", state -> state.freshness() == Freshness.LIVE);
    cluster.awaitWatching();
  }

  /** By a rename, as those who renew certificates do. */
  private void copy(Path from, String name) throws Exception {
    Path next = Files.copy(from, directory.resolve(name + ".next"));
    Files.move(next, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private void kubeconfig(String cluster, String user) throws Exception {
    Files.writeString(
        directory.resolve("kubeconfig"),
        """
        clusters:
        - {name: c, cluster: {server: "%s", %s}}
        users:
        - {name: u, user: {%s}}
        contexts:
        - {name: c, context: {cluster: c, user: u}}
        current-context: c
        """
            .formatted(front.url(), cluster, user));
  }
}
