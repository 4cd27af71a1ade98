package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.headgate.model.ClusterState.Freshness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CredentialsTest {
  private static final String OLD = "0ld-s3cr3t";
  private static final String NEW = "n3w-s3cr3t";

  @TempDir Path directory;
  private FollowedCluster cluster;
  private final Logger root = (Logger) LoggerFactory.getLogger("io.headgate");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() throws Exception {
    log.start();
    root.setLevel(Level.TRACE);
    root.addAppender(log);
    cluster = new FollowedCluster(directory);
    cluster.api.requireToken(OLD);
  }

  @AfterEach
  void no_credential_was_told() throws Exception {
    cluster.close();
    root.detachAppender(log);
    root.setLevel(Level.WARN);
    assertThat(List.copyOf(log.list))
        .isNotEmpty()
        .noneMatch(
            line -> secret(line.getFormattedMessage()) || secret("" + line.getThrowableProxy()));
    assertThat(secret(cluster.status().toString())).isFalse();
    if (Files.exists(cluster.snapshotFile)) {
      assertThat(secret(Files.readString(cluster.snapshotFile))).isFalse();
    }
  }

  @Test
  void a_kubeconfig_with_a_new_token_is_taken_up() throws Exception {
    cluster.followed();
    cluster.api.requireToken(NEW);
    cluster.api.cutWatches();
    cluster.await("401", () -> cluster.status(Resource.NODES).lastError().contains("401"));
    Files.writeString(cluster.kubeconfig, cluster.api.kubeconfig());
    cluster.putNode("n6");
    cluster.awaitTruth();
    cluster.awaitWatching();
    assertThat(cluster.status(Resource.NODES).lastError()).isEmpty();
  }

  @Test
  void a_kubeconfig_written_anew_makes_new_connections_and_lists() throws Exception {
    cluster.followed();
    Files.writeString(cluster.kubeconfig, cluster.api.kubeconfig() + "# the same, yet new");
    cluster.await(
        "all listed again",
        () -> cluster.status().resources().stream().allMatch(resource -> resource.lists() == 2));
    cluster.awaitWatching();
    cluster.await("the old connections are closed", () -> cluster.api.watches() == 3);
    cluster.putNode("n6");
    cluster.awaitTruth();
  }

  @Test
  void a_token_file_is_read_again_when_it_changes() throws Exception {
    Path token = directory.resolve("token");
    Files.writeString(token, OLD);
    cluster.follow();
    Files.writeString(
        cluster.kubeconfig,
        cluster.api.kubeconfig().replace("token: \"" + OLD + "\"", "tokenFile: token"));
    cluster.await("live", state -> state.freshness() == Freshness.LIVE);
    cluster.awaitWatching();
    cluster.api.requireToken(NEW);
    Path next = Files.writeString(directory.resolve("token.next"), NEW);
    Files.move(next, token, StandardCopyOption.REPLACE_EXISTING);
    cluster.api.cutWatches();
    cluster.putNode("n6");
    cluster.awaitTruth();
  }

  @Test
  void a_token_file_replaced_under_a_running_watch_is_used_before_the_old_token_is_refused()
      throws Exception {
    Path token = Files.writeString(directory.resolve("token"), OLD);
    Files.writeString(
        cluster.kubeconfig,
        cluster.api.kubeconfig().replace("token: \"" + OLD + "\"", "tokenFile: token"));
    cluster.followAsItIs();
    cluster.await("live", state -> state.freshness() == Freshness.LIVE);
    cluster.awaitWatching();
    cluster.api.requireToken(NEW);
    Path next = Files.writeString(directory.resolve("token.next"), NEW);
    Files.move(next, token, StandardCopyOption.REPLACE_EXISTING);
    cluster.await(
        "all listed with the new token",
        () -> cluster.status().resources().stream().allMatch(resource -> resource.lists() == 2));
    cluster.awaitWatching();
    assertThat(cluster.status().resources()).allMatch(resource -> resource.errors() == 0);
  }

  @Test
  void a_token_file_that_comes_late_is_waited_for() throws Exception {
    Files.writeString(
        cluster.kubeconfig,
        cluster.api.kubeconfig().replace("token: \"" + OLD + "\"", "tokenFile: late"));
    cluster.followAsItIs();
    cluster.await(
        "the reason", () -> cluster.status(Resource.NODES).lastError().contains("cannot read"));
    Files.writeString(directory.resolve("late"), OLD);
    cluster.await("live", state -> state.freshness() == Freshness.LIVE);
  }

  @Test
  void a_kubeconfig_that_turns_bad_leaves_what_works_and_is_named() throws Exception {
    cluster.followed();
    Files.writeString(cluster.kubeconfig, "users: [" + OLD);
    cluster.await(
        "the mistake is named",
        () -> cluster.status(Resource.NODES).lastError().contains("is no kubeconfig"));
    cluster.putNode("n6");
    cluster.awaitTruth();
    Files.writeString(cluster.kubeconfig, cluster.api.kubeconfig());
    cluster.await("no mistake", () -> cluster.status(Resource.NODES).lastError().isEmpty());
  }

  @Test
  void without_a_usable_kubeconfig_the_reason_is_told_until_there_is_one() throws Exception {
    cluster.follow();
    String good = Files.readString(cluster.kubeconfig);
    Files.writeString(
        cluster.kubeconfig, good.replace("{server:", "{insecure-skip-tls-verify: true, server:"));
    cluster.restart();
    cluster.followAsItIs();
    cluster.await(
        "the reason",
        () -> cluster.status(Resource.NODES).lastError().contains("insecure-skip-tls-verify"));
    Files.writeString(cluster.kubeconfig, good);
    cluster.await("live", state -> state.freshness() == Freshness.LIVE);
  }

  private static boolean secret(String text) {
    return text.contains(OLD) || text.contains(NEW);
  }
}
