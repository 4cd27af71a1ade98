package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProbeTarget.Kind;
import io.headgate.model.ProxyProtocol;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a backend reads the PROXY header: of servers that are not quite as they should be. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class SpeaksProxyTest {
  private final Watched watched = new Watched();

  @AfterEach
  void close() {
    watched.close();
  }

  private static ProbeTarget target(LoopbackServer server, ProxyProtocol sent) {
    return Targets.withHeader(
        Targets.ofKind(
            Kind.SPEAKS_PROXY_HTTP,
            Targets.http(server.address(), Duration.ofMillis(50), Duration.ofSeconds(10))),
        sent);
  }

  private Answer found(LoopbackServer server, ProxyProtocol sent) {
    return watched.probe(target(server, sent), status -> status.last() != Answer.NONE).last();
  }

  private static void say(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void a_server_that_takes_both_is_as_expected_whatever_is_sent() throws Exception {
    try (var server = LoopbackServer.http("404 Not Found")) {
      for (ProxyProtocol sent : ProxyProtocol.values()) {
        assertThat(found(server, sent)).as(sent.toString()).isEqualTo(Answer.GOOD);
      }
    }
  }

  @Test
  void a_server_that_greets_first_or_says_what_is_no_http_decides_nothing() throws Exception {
    try (var smtp = new LoopbackServer(connection -> say(connection, "220 mail ESMTP\r\n"))) {
      for (ProxyProtocol sent : ProxyProtocol.values()) {
        assertThat(found(smtp, sent)).as(sent.toString()).isEqualTo(Answer.UNDECIDED);
      }
    }
    try (var echo =
        new LoopbackServer(
            connection -> connection.getInputStream().transferTo(connection.getOutputStream()))) {
      assertThat(found(echo, ProxyProtocol.V1)).isEqualTo(Answer.UNDECIDED);
      assertThat(found(echo, ProxyProtocol.V2)).isEqualTo(Answer.UNDECIDED);
    }
  }

  @Test
  void a_server_that_refuses_every_request_decides_nothing() throws Exception {
    for (String status : new String[] {"400 Bad Request", "405 Method Not Allowed"}) {
      try (var server = LoopbackServer.http(status)) {
        assertThat(found(server, ProxyProtocol.V2)).as(status).isEqualTo(Answer.UNDECIDED);
      }
    }
  }

  @Test
  void a_server_that_is_silent_has_not_been_asked_the_other_way() throws Exception {
    try (var silent =
        new LoopbackServer(connection -> new CountDownLatch(1).await(20, TimeUnit.SECONDS))) {
      var target =
          new ProbeTarget(
              silent.address(),
              Kind.SPEAKS_PROXY_HTTP,
              "",
              ProxyProtocol.V2,
              Optional.empty(),
              Duration.ofMinutes(1),
              Duration.ofMillis(300));
      assertThat(watched.probe(target, found -> found.last() != Answer.NONE).last())
          .isEqualTo(Answer.TIMED_OUT);
      assertThat(silent.accepted()).isEqualTo(1);
    }
  }
}
