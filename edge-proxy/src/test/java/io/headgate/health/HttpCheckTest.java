package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProxyProtocol;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HttpCheckTest {
  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK,                  GOOD,        200 in 3 ms",
    "HTTP/1.0 204,                     GOOD,        204 in 3 ms",
    "HTTP/1.1 399 ,                    GOOD,        399 in 3 ms",
    "HTTP/1.1 503 Service Unavailable, UNAVAILABLE, 503 Service Unavailable",
    "HTTP/1.1 503,                     UNAVAILABLE, 503",
    "HTTP/1.1 404 Not Found,           BAD,         404 Not Found",
    "HTTP/1.1 199 Odd,                 BAD,         199 Odd",
    "HTTP/1.1 500 \u001b[31mRed,       BAD,         500 ?[31mRed",
    "HTTP/2 200,                       BAD,         the answer is not HTTP",
    "HTTP/1.1 2000 OK,                 BAD,         the answer is not HTTP",
    "HTTP/1.1 2x0 OK,                  BAD,         the answer is not HTTP",
    "SSH-2.0-OpenSSH_9.2p1,            BAD,         the answer is not HTTP",
  })
  void the_status_line_decides(String line, Answer kind, String detail) {
    ProbeAnswer answer = HttpCheck.answer(line + "\r\n", Duration.ofMillis(3));
    assertThat(answer.kind()).isEqualTo(kind);
    assertThat(answer.detail()).isEqualTo(detail);
  }

  @Test
  void a_status_line_that_does_not_end_is_none() {
    assertThat(HttpCheck.answer("HTTP/1.1 200 OK", Duration.ZERO).kind()).isEqualTo(Answer.BAD);
    assertThat(HttpCheck.answer("", Duration.ZERO).detail()).isEqualTo("closed without an answer");
  }

  @Test
  void a_long_reason_is_cut() {
    String line = "HTTP/1.1 500 " + "x".repeat(3_000) + "\r\n";
    assertThat(HttpCheck.answer(line, Duration.ZERO).detail()).hasSizeLessThanOrEqualTo(100);
  }

  @Test
  void a_line_without_an_end_is_read_no_further_than_the_limit() throws IOException {
    var endless = new EndlessStream();
    assertThat(HttpCheck.firstLine(endless)).hasSize(HttpCheck.MOST_BYTES);
    assertThat(endless.read).isLessThanOrEqualTo(HttpCheck.MOST_BYTES);
  }

  @Test
  void what_follows_the_first_line_is_taken_up_to_the_limit_and_ignored() throws IOException {
    byte[] bytes =
        ("HTTP/1.1 200 OK\r\n" + "Header: x\r\n".repeat(10_000)).getBytes(StandardCharsets.UTF_8);
    var in = new ByteArrayInputStream(bytes);
    assertThat(HttpCheck.firstLine(in)).isEqualTo("HTTP/1.1 200 OK\r\n");
    assertThat(bytes.length - in.available()).isEqualTo(HttpCheck.MOST_BYTES);
  }

  @Test
  void the_request_names_the_node_and_asks_for_one_answer() {
    assertThat(request("[2001:db8::1]", "/healthz"))
        .startsWith("GET /healthz HTTP/1.1\r\nHost: [2001:db8::1]:10256\r\n")
        .contains("\r\nConnection: close\r\n")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a b", "/x\r\nEvil: 1", "/\t", "/\u00fc"})
  void a_path_stays_within_the_request_line(String path) {
    String[] lines = request("192.0.2.1", path).split("\r\n", -1);
    assertThat(lines[0]).matches("GET /[!-~]* HTTP/1.1");
    assertThat(lines[1]).startsWith("Host:");
  }

  private static String request(String host, String path) {
    var target =
        new ProbeTarget(
            new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), 10256),
            ProbeTarget.Kind.HTTP,
            path,
            ProxyProtocol.OFF,
            Optional.empty(),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1));
    return new String(HttpCheck.request(target), StandardCharsets.US_ASCII);
  }

  private static final class EndlessStream extends InputStream {
    private int read;

    @Override
    public int read() {
      read++;
      return 'x';
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      int some = Math.min(length, 7);
      Arrays.fill(bytes, offset, offset + some, (byte) 'x');
      read += some;
      return some;
    }

    @Override
    public int available() {
      return 1_000_000;
    }
  }
}
