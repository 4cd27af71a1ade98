package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProbeTarget.Kind;
import io.headgate.model.ProxyProtocol;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class ProbeTest {
  private static final Duration INTERVAL = Duration.ofMillis(50);
  private static final Duration GENEROUS = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Watched watched = new Watched();

  @AfterEach
  void close() {
    watched.close();
  }

  @ParameterizedTest
  @CsvSource({
    "200 OK,                  GOOD,        200 in",
    "301 Moved Permanently,   GOOD,        301 in",
    "503 Service Unavailable, UNAVAILABLE, 503 Service Unavailable",
    "404 Not Found,           BAD,         404 Not Found",
  })
  void an_http_server_is_judged_by_its_status(String status, Answer answer, String detail)
      throws IOException {
    try (var server = LoopbackServer.http(status)) {
      ProbeStatus found = answerOf(http(server, GENEROUS));
      assertThat(found.last()).isEqualTo(answer);
      assertThat(found.detail()).startsWith(detail);
      assertThat(found.everAnswered()).isTrue();
    }
  }

  @Test
  void an_accepted_connection_is_enough_for_tcp_and_ends_with_a_fin() throws Exception {
    var read = new CompletableFuture<Integer>();
    try (var server =
        new LoopbackServer(
            connection -> complete(read, () -> connection.getInputStream().read()))) {
      ProbeStatus found = answerOf(Targets.tcp(server.address(), INTERVAL, GENEROUS));
      assertThat(found.last()).isEqualTo(Answer.GOOD);
      assertThat(found.detail()).startsWith("connected in");
      assertThat(read.get(20, TimeUnit.SECONDS)).as("end of stream, not reset").isEqualTo(-1);
    }
  }

  @Test
  void a_probe_comes_from_the_address_it_is_told_to_and_from_any_where_the_host_lacks_it()
      throws Exception {
    for (String source : List.of("127.0.0.77", "192.0.2.77")) {
      var peer = new CompletableFuture<InetAddress>();
      try (var server =
          new LoopbackServer(connection -> {
            peer.complete(connection.getInetAddress());
            LoopbackServer.answer(connection, "200 OK");
          })) {
        InetAddress address = Addresses.parse(source).orElseThrow();
        assertThat(answerOf(Targets.from(address, http(server, GENEROUS))).last())
            .as(source)
            .isEqualTo(Answer.GOOD);
        assertThat(Addresses.text(peer.get(20, TimeUnit.SECONDS)))
            .isEqualTo(source.equals("127.0.0.77") ? source : "127.0.0.1");
      }
    }
  }

  @Test
  void an_address_of_ipv6_is_probed_too() throws IOException {
    var listener = new ServerSocket(0, 8, Addresses.parse("::1").orElseThrow());
    try (var server =
        new LoopbackServer(listener, connection -> LoopbackServer.answer(connection, "200 OK"))) {
      assertThat(answerOf(http(server, GENEROUS)).last()).isEqualTo(Answer.GOOD);
    }
  }

  @Test
  void a_port_where_nobody_listens_refuses() throws IOException {
    try (var taken =
        new Socket()) { // bound, so that nobody else, the probe included, gets the port
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var silent = (InetSocketAddress) taken.getLocalSocketAddress();
      ProbeStatus found = answerOf(Targets.tcp(silent, INTERVAL, GENEROUS));
      assertThat(found.last()).isEqualTo(Answer.REFUSED);
      assertThat(found.detail()).isEqualTo("connection refused");
      assertThat(found.everAnswered()).isFalse();
    }
  }

  @Test
  void a_host_that_does_not_answer_the_connect_times_out() throws Exception {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<SocketChannel> backlog =
          fillBacklog((InetSocketAddress) listener.getLocalSocketAddress());
      var target =
          Targets.tcp((InetSocketAddress) listener.getLocalSocketAddress(), INTERVAL, SHORT);
      ProbeStatus found = answerOf(target);
      assertThat(found.last()).isEqualTo(Answer.TIMED_OUT);
      assertThat(found.detail()).isEqualTo("no answer in 300 ms");
      for (SocketChannel channel : backlog) {
        channel.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP", "HTTPS", "TLS"})
  void a_server_that_accepts_and_says_nothing_times_out(Kind kind) throws IOException {
    try (var server =
        new LoopbackServer(connection ->
            connection.getInputStream().transferTo(OutputStream.nullOutputStream()))) {
      ProbeStatus found = answerOf(Targets.ofKind(kind, http(server, SHORT)));
      assertThat(found.last()).isEqualTo(Answer.TIMED_OUT);
      assertThat(found.detail()).isEqualTo("connected, but no answer in 300 ms");
      assertThat(found.everAnswered()).isFalse();
    }
  }

  @Test
  void a_status_line_that_drips_for_ever_times_out() throws IOException {
    try (var server = new LoopbackServer(connection -> drip(connection, "HTTP/1.1 200 "))) {
      assertThat(answerOf(http(server, SHORT)).last()).isEqualTo(Answer.TIMED_OUT);
    }
  }

  @Test
  void headers_that_drip_for_ever_do_not_matter() throws IOException {
    try (var server = new LoopbackServer(connection -> drip(connection, "HTTP/1.1 200 OK\r\n"))) {
      assertThat(answerOf(http(server, GENEROUS)).last()).isEqualTo(Answer.GOOD);
    }
  }

  @Test
  void endless_garbage_is_left_off_early() throws IOException {
    try (var server =
        new LoopbackServer(connection -> {
          byte[] garbage = new byte[65_536];
          while (true) {
            connection.getOutputStream().write(garbage);
          }
        })) {
      ProbeStatus found = answerOf(http(server, GENEROUS));
      assertThat(found.last()).isEqualTo(Answer.BAD);
      assertThat(found.detail()).isEqualTo("the answer is not HTTP");
    }
  }

  @Test
  void a_server_that_closes_without_an_answer_is_bad() throws IOException {
    try (var server = new LoopbackServer(LoopbackServer::readRequest)) {
      ProbeStatus found = answerOf(http(server, GENEROUS));
      assertThat(found.last()).isEqualTo(Answer.BAD);
      assertThat(found.detail()).isEqualTo("closed without an answer");
    }
  }

  @Test
  void a_server_that_resets_is_unreachable() throws IOException {
    try (var server =
        new LoopbackServer(connection -> {
          LoopbackServer.readRequest(connection);
          connection.setOption(StandardSocketOptions.SO_LINGER, 0);
        })) {
      ProbeStatus found = answerOf(http(server, GENEROUS));
      assertThat(found.last()).isEqualTo(Answer.UNREACHABLE);
      assertThat(found.detail()).contains("reset");
    }
  }

  @Test
  void a_tls_handshake_is_enough_whatever_the_certificate_and_names_nobody() throws Exception {
    var names = new CompletableFuture<Integer>();
    try (var server =
        tlsServer(connection -> {
          connection.startHandshake();
          var session = (ExtendedSSLSession) connection.getSession();
          complete(names, () -> session.getRequestedServerNames().size());
          connection.getInputStream().read();
        })) {
      ProbeStatus found = answerOf(Targets.ofKind(Kind.TLS, http(server, GENEROUS)));
      assertThat(found.last()).isEqualTo(Answer.GOOD);
      assertThat(found.detail()).startsWith("TLS handshake in");
      assertThat(names.get(20, TimeUnit.SECONDS)).as("server names sent").isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"200 OK, GOOD", "503 Service Unavailable, UNAVAILABLE"})
  void over_tls_the_status_decides_too(String status, Answer answer) throws Exception {
    try (var server = tlsServer(connection -> LoopbackServer.answer(connection, status))) {
      ProbeStatus found = answerOf(Targets.ofKind(Kind.HTTPS, http(server, GENEROUS)));
      assertThat(found.last()).isEqualTo(answer);
    }
  }

  @Test
  void a_server_that_does_not_speak_tls_is_bad() throws IOException {
    try (var server =
        new LoopbackServer(connection -> {
          connection.getInputStream().read();
          connection
              .getOutputStream()
              .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          connection.getInputStream().transferTo(OutputStream.nullOutputStream());
        })) {
      ProbeStatus found = answerOf(Targets.ofKind(Kind.TLS, http(server, GENEROUS)));
      assertThat(found.last()).isEqualTo(Answer.BAD);
      assertThat(found.detail()).startsWith("TLS: ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "V1, 50524f585920554e4b4e4f574e0d0a",
    "V2, 0d0a0d0a000d0a515549540a20000000",
  })
  void the_proxy_header_goes_first_and_stands_for_nobody(ProxyProtocol version, String hex)
      throws Exception {
    byte[] header = HexFormat.of().parseHex(hex);
    var alone = new CompletableFuture<byte[]>();
    try (var server =
        new LoopbackServer(c -> complete(alone, () -> c.getInputStream().readAllBytes()))) {
      answerOf(Targets.withHeader(Targets.tcp(server.address(), INTERVAL, GENEROUS), version));
      assertThat(alone.get(20, TimeUnit.SECONDS)).isEqualTo(header);
    }
    var first = new CompletableFuture<byte[]>();
    try (var server =
        new LoopbackServer(connection -> {
          complete(first, () -> connection.getInputStream().readNBytes(header.length));
          LoopbackServer.answer(connection, "200 OK");
        })) {
      ProbeStatus found = answerOf(Targets.withHeader(http(server, GENEROUS), version));
      assertThat(found.last()).isEqualTo(Answer.GOOD);
      assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(header);
    }
  }

  private ProbeStatus answerOf(ProbeTarget target) {
    return watched.probe(target, status -> status.last() != Answer.NONE);
  }

  private static ProbeTarget http(LoopbackServer server, Duration timeout) {
    return Targets.http(server.address(), INTERVAL, timeout);
  }

  private interface TlsService {
    void serve(SSLSocket connection) throws Exception;
  }

  private static LoopbackServer tlsServer(TlsService service) throws Exception {
    X509Bundle certificate =
        new CertificateBuilder()
            .subject("cn=somebody.else")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
    var listener =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 8, InetAddress.getLoopbackAddress());
    return new LoopbackServer(listener, connection -> service.serve((SSLSocket) connection));
  }

  /** Connects until the kernel drops further SYNs, because nobody accepts. */
  private static List<SocketChannel> fillBacklog(InetSocketAddress address) throws IOException {
    List<SocketChannel> channels = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.connect(address);
      channels.add(channel);
    }
    return channels;
  }

  private static void drip(Socket connection, String start) throws Exception {
    OutputStream out = connection.getOutputStream();
    out.write(start.getBytes(StandardCharsets.US_ASCII));
    while (true) {
      Thread.sleep(Duration.ofMillis(20));
      out.write('x');
    }
  }

  private interface Result<T> {
    T get() throws Exception;
  }

  private static <T> void complete(CompletableFuture<T> future, Result<T> result) {
    try {
      future.complete(result.get());
    } catch (Exception e) {
      future.completeExceptionally(e);
    }
  }
}
