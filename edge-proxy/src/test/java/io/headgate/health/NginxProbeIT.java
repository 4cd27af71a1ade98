package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProxyProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Needs Debian's nginx, as an independent reader of the header that goes before a probe. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(90)
class NginxProbeIT {
  private static final Path NGINX = Path.of("/usr/sbin/nginx");

  @TempDir private Path directory;
  private final Watched watched = new Watched();
  private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  private @Nullable Process nginx;

  @BeforeEach
  void startNginx() throws IOException {
    assumeTrue(Files.isExecutable(NGINX), "needs nginx: apt-get install nginx-light");
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = (InetSocketAddress) free.getLocalSocketAddress();
    }
    Files.writeString(
        directory.resolve("nginx.conf"),
        """
        daemon off; master_process off; pid %1$s/pid; error_log %1$s/error.log info;
        events {}
        http {
          access_log %1$s/access.log;
          client_body_temp_path %1$s; proxy_temp_path %1$s; fastcgi_temp_path %1$s;
          uwsgi_temp_path %1$s; scgi_temp_path %1$s;
          server { listen 127.0.0.1:%2$d proxy_protocol; location = /healthz { return 200 "ok"; } }
        }
        """
            .formatted(directory, address.getPort()));
    nginx =
        new ProcessBuilder(
                NGINX.toString(), "-p", directory.toString(), "-c", directory + "/nginx.conf")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    Watched.await(this::listens, "nginx listens");
  }

  @AfterEach
  void stopNginx() throws InterruptedException {
    watched.close();
    if (nginx != null) {
      nginx.destroy();
      assertThat(nginx.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"V1", "V2"})
  void nginx_that_expects_the_header_answers_and_complains_of_nothing(ProxyProtocol version)
      throws IOException {
    watched.probe(target(version), status -> status.successes() >= 3);
    assertThat(complaints()).isZero();
  }

  @Test
  void without_the_header_it_does_complain() throws IOException {
    var status = watched.probe(target(ProxyProtocol.OFF), found -> found.failures() >= 1);
    assertThat(status.last()).isNotEqualTo(Answer.GOOD);
    assertThat(complaints()).isPositive();
  }

  private ProbeTarget target(ProxyProtocol header) {
    return Targets.withHeader(
        Targets.http(address, Duration.ofMillis(50), Duration.ofSeconds(10)), header);
  }

  private long complaints() throws IOException {
    return Files.readAllLines(directory.resolve("error.log")).stream()
        .filter(line -> line.contains("broken header"))
        .count();
  }

  private boolean listens() {
    try (var _ = new Socket(address.getAddress(), address.getPort())) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
