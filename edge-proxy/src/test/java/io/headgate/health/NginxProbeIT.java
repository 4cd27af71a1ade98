package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProbeTarget.Kind;
import io.headgate.model.ProxyProtocol;
import io.headgate.testing.Ports;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
  private InetSocketAddress plain = address;
  private InetSocketAddress tls = address;
  private InetSocketAddress plainTls = address;
  private @Nullable Process nginx;

  @BeforeEach
  void startNginx() throws Exception {
    assumeTrue(Files.isExecutable(NGINX), "needs nginx: apt-get install nginx-light");
    address = Ports.free("127.0.0.1");
    plain = Ports.free("127.0.0.1");
    tls = Ports.free("127.0.0.1");
    plainTls = Ports.free("127.0.0.1");
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
          server { listen 127.0.0.1:%3$d; location / { return 404; } }
          ssl_certificate %1$s/cert.pem; ssl_certificate_key %1$s/key.pem;
          server { listen 127.0.0.1:%4$d ssl proxy_protocol; }
          server { listen 127.0.0.1:%5$d ssl; }
        }
        """
            .formatted(
                directory, address.getPort(), plain.getPort(), tls.getPort(), plainTls.getPort()));
    certificate();
    nginx =
        new ProcessBuilder(
                NGINX.toString(), "-p", directory.toString(), "-c", directory + "/nginx.conf")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    Watched.await(this::listens, "nginx listens");
  }

  private void certificate() throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .algorithm(CertificateBuilder.Algorithm.ecp256)
            .subject("CN=test")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Files.writeString(directory.resolve("cert.pem"), bundle.getCertificatePathPEM());
    Files.writeString(directory.resolve("key.pem"), bundle.getPrivateKeyPEM());
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

  @ParameterizedTest
  @EnumSource(names = {"V1", "V2"})
  void one_that_expects_the_header_that_it_is_sent_is_as_expected_and_complains_of_nothing(
      ProxyProtocol sent) throws IOException {
    assertThat(speaks(Kind.SPEAKS_PROXY_HTTP, address, sent).last()).isEqualTo(Answer.GOOD);
    assertThat(speaks(Kind.SPEAKS_PROXY_TLS, tls, sent).last()).isEqualTo(Answer.GOOD);
    assertThat(complaints()).isZero();
    ProbeStatus http = speaks(Kind.SPEAKS_PROXY_HTTP, plain, sent);
    assertThat(http.last()).isEqualTo(Answer.BAD);
    assertThat(http.detail()).startsWith("answers only without a PROXY header");
    ProbeStatus overTls = speaks(Kind.SPEAKS_PROXY_TLS, plainTls, sent);
    assertThat(overTls.last()).isEqualTo(Answer.BAD);
    assertThat(overTls.detail()).startsWith("answers only without a PROXY header");
  }

  @Test
  void one_that_expects_a_header_and_is_sent_none_is_found_out() throws IOException {
    assertThat(speaks(Kind.SPEAKS_PROXY_HTTP, plain, ProxyProtocol.OFF).last())
        .isEqualTo(Answer.GOOD);
    assertThat(speaks(Kind.SPEAKS_PROXY_TLS, plainTls, ProxyProtocol.OFF).last())
        .isEqualTo(Answer.GOOD);
    ProbeStatus http = speaks(Kind.SPEAKS_PROXY_HTTP, address, ProxyProtocol.OFF);
    assertThat(http.last()).isEqualTo(Answer.BAD);
    assertThat(http.detail()).startsWith("answers only with a PROXY v1 header");
    assertThat(speaks(Kind.SPEAKS_PROXY_TLS, tls, ProxyProtocol.OFF).last()).isEqualTo(Answer.BAD);
  }

  @Test
  void plain_http_asked_of_a_tls_port_or_the_other_way_decides_nothing() throws IOException {
    assertThat(speaks(Kind.SPEAKS_PROXY_HTTP, plainTls, ProxyProtocol.V2).last())
        .isEqualTo(Answer.UNDECIDED);
    assertThat(speaks(Kind.SPEAKS_PROXY_TLS, plain, ProxyProtocol.V2).last())
        .isEqualTo(Answer.UNDECIDED);
  }

  /** After two answers, so that it is no chance. */
  private ProbeStatus speaks(Kind kind, InetSocketAddress where, ProxyProtocol sent) {
    ProbeTarget target =
        Targets.withHeader(
            Targets.ofKind(
                kind, Targets.http(where, Duration.ofMillis(50), Duration.ofSeconds(10))),
            sent);
    return watched.probe(target, status -> status.successes() + status.failures() >= 2);
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
