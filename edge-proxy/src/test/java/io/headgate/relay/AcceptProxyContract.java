package io.headgate.relay;

import static io.headgate.relay.Rig.up;
import static io.headgate.relay.Saw.Ending.FIN;
import static io.headgate.relay.Saw.Ending.RST;
import static io.headgate.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.model.ProxyProtocolMode;
import io.headgate.relay.Headers.Ends;
import io.headgate.testing.Eventually;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * PROXY headers that clients send: read from those that are trusted to send one, and only from
 * them; strictly, because readers that guess disagree.
 */
interface AcceptProxyContract extends OnRig {
  Ends V4_ENDS = ends("203.0.113.7:50123", "192.0.2.1:443");
  Ends V6_ENDS = ends("[2001:db8::7]:50123", "[2001:db8:1::1]:443");

  private static Ends ends(String source, String destination) {
    return new Ends(
        Addresses.parseWithPort(source).orElseThrow(),
        Addresses.parseWithPort(destination).orElseThrow());
  }

  /** A relay that trusts 127.0.0.11 and says to the backend whom it takes the client for. */
  private InetSocketAddress trusting(Listening backend) {
    return rig()
        .serve(
            new Policy()
                .acceptProxyFrom("127.0.0.11/32")
                .proxyProtocol(ProxyProtocolMode.V2)
                .build(),
            up(backend.address()));
  }

  @Test
  default void version_1_and_2_say_who_the_client_is() {
    Map<byte[], Ends> headers =
        Map.of(
            Headers.v1(V4_ENDS), V4_ENDS,
            Headers.v1(V6_ENDS), V6_ENDS,
            Headers.v2(V4_ENDS), V4_ENDS,
            Headers.v2(V6_ENDS), V6_ENDS,
            Headers.v2(V4_ENDS, Headers.tlv(0x04, 3, new byte[3])), V4_ENDS,
            Headers.v2(V6_ENDS, Headers.tlv(0xe0, 300, new byte[300])), V6_ENDS);
    Listening backend = rig().listening();
    InetSocketAddress relay = trusting(backend);
    headers.forEach((header, ends) -> {
      Peer client = rig().connect("127.0.0.11", relay);
      client.send(Bytes.joined(header, Bytes.of("hello")));
      client.halfClose();
      Peer server = rig().keep(backend.accept());
      assertThat(server.readToEnd())
          .isEqualTo(Saw.of(Bytes.joined(Headers.v2(ends), Bytes.of("hello")), FIN));
      server.close();
      client.readToEnd();
    });
    rig().expectEnded(CloseReason.FINISHED, headers.size());
    assertThat(rig().events().ended())
        .extracting(ConnectionSummary::client)
        .containsOnly(V4_ENDS.source(), V6_ENDS.source());
  }

  @Test
  default void a_header_that_names_nobody_leaves_the_client_what_it_is() {
    Map<String, byte[]> headers =
        Map.of(
            "v1 UNKNOWN", Bytes.of("PROXY UNKNOWN\r\n"),
            "v1 UNKNOWN and text", Bytes.of("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"),
            "v2 LOCAL", Headers.v2(0x20, 0x00, 0, new byte[0]),
            "v2 LOCAL with addresses", Headers.v2(0x20, 0x11, 12, new byte[12]));
    Listening backend = rig().listening();
    InetSocketAddress relay = trusting(backend);
    headers.forEach((what, header) -> {
      Peer client = rig().connect("127.0.0.11", relay);
      client.send(Bytes.joined(header, Bytes.of("hello")));
      Peer server = rig().keep(backend.accept());
      assertThat(Headers.readV2(server)).as(what).isEqualTo(Ends.of(client));
      assertThat(server.readText(5)).as(what).isEqualTo("hello");
    });
  }

  @Test
  default void a_header_may_come_byte_by_byte() {
    Listening backend = rig().listening();
    InetSocketAddress relay = trusting(backend);
    for (byte[] header : new byte[][] {Headers.v1(V6_ENDS), Headers.v2(V4_ENDS)}) {
      Peer client = rig().connect("127.0.0.11", relay);
      for (byte one : Bytes.joined(header, Bytes.of("hello"))) {
        client.send(new byte[] {one});
        Eventually.pause(Duration.ofMillis(1));
      }
      Peer server = rig().keep(backend.accept());
      Ends ends = header[0] == 'P' ? V6_ENDS : V4_ENDS;
      assertThat(Headers.readV2(server)).isEqualTo(ends);
      assertThat(server.readText(5)).isEqualTo("hello");
    }
  }

  @Test
  default void much_may_follow_a_header_at_once() {
    byte[] body = Bytes.random(8, 500_000);
    Listening backend = rig().listening();
    InetSocketAddress relay = trusting(backend);
    for (byte[] header : new byte[][] {Headers.v1(V4_ENDS), Headers.v2(V4_ENDS)}) {
      Peer client = rig().connect("127.0.0.11", relay);
      Filling filling = Filling.start(client, Bytes.joined(header, body));
      Peer server = rig().keep(backend.accept());
      assertThat(Headers.readV2(server)).isEqualTo(V4_ENDS);
      assertThat(server.read(body.length)).isEqualTo(body);
      assertThat(filling.toEnd()).isTrue();
    }
  }

  @Test
  default void the_next_bytes_may_look_like_a_header_and_are_not() {
    Listening backend = rig().listening();
    Peer client = rig().connect("127.0.0.11", trusting(backend));
    client.send(Bytes.joined(Headers.v1(V4_ENDS), Headers.v1(V6_ENDS)));
    client.halfClose();
    Peer server = rig().keep(backend.accept());
    assertThat(server.readToEnd())
        .isEqualTo(Saw.of(Bytes.joined(Headers.v2(V4_ENDS), Headers.v1(V6_ENDS)), FIN));
  }

  /** What nginx and HAProxy disagree about, or both refuse. */
  private static Map<String, byte[]> malformed() {
    Map<String, byte[]> headers = new LinkedHashMap<>();
    v1(headers, "no header", "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    v1(headers, "lower case", "proxy tcp4 203.0.113.7 192.0.2.1 50123 443\r\n");
    v1(headers, "line feed only", "PROXY TCP4 203.0.113.7 192.0.2.1 50123 443\n hello\r\n");
    v1(headers, "two spaces", "PROXY  TCP4 203.0.113.7 192.0.2.1 50123 443\r\n");
    v1(headers, "two spaces later", "PROXY TCP4 203.0.113.7  192.0.2.1 50123 443\r\n");
    v1(headers, "a tab", "PROXY\tTCP4 203.0.113.7 192.0.2.1 50123 443\r\n");
    v1(headers, "space at the end", "PROXY TCP4 203.0.113.7 192.0.2.1 50123 443 \r\n");
    v1(headers, "too long", "PROXY UNKNOWN " + "x".repeat(120) + "\r\n");
    v1(headers, "too long without an end", "PROXY UNKNOWN " + "x".repeat(4000));
    v1(headers, "port 70000", "PROXY TCP4 203.0.113.7 192.0.2.1 70000 443\r\n");
    v1(headers, "port -1", "PROXY TCP4 203.0.113.7 192.0.2.1 -1 443\r\n");
    v1(headers, "port 080", "PROXY TCP4 203.0.113.7 192.0.2.1 080 443\r\n");
    v1(headers, "no port", "PROXY TCP4 203.0.113.7 192.0.2.1 50123\r\n");
    v1(headers, "three ports", "PROXY TCP4 203.0.113.7 192.0.2.1 50123 443 1\r\n");
    v1(headers, "192.0.2.256", "PROXY TCP4 203.0.113.7 192.0.2.256 50123 443\r\n");
    v1(headers, "octal address", "PROXY TCP4 203.0.113.007 192.0.2.1 50123 443\r\n");
    v1(headers, "name for an address", "PROXY TCP4 localhost 192.0.2.1 50123 443\r\n");
    v1(headers, "IPv6 in TCP4", "PROXY TCP4 2001:db8::7 2001:db8::1 50123 443\r\n");
    v1(headers, "IPv4 in TCP6", "PROXY TCP6 203.0.113.7 192.0.2.1 50123 443\r\n");
    v1(headers, "UDP4", "PROXY UDP4 203.0.113.7 192.0.2.1 50123 443\r\n");
    v1(headers, "UNKNOWNX", "PROXY UNKNOWNX\r\n");
    byte[] addresses = new byte[12];
    headers.put("v2: version 1", Headers.v2(0x11, 0x11, 12, addresses));
    headers.put("v2: command 2", Headers.v2(0x22, 0x11, 12, addresses));
    headers.put("v2: UNSPEC with PROXY", Headers.v2(0x21, 0x00, 0, new byte[0]));
    headers.put("v2: family 4", Headers.v2(0x21, 0x41, 12, addresses));
    headers.put("v2: UDP", Headers.v2(0x21, 0x12, 12, addresses));
    headers.put("v2: too short for IPv4", Headers.v2(0x21, 0x11, 11, new byte[11]));
    headers.put("v2: too short for IPv6", Headers.v2(0x21, 0x21, 12, addresses));
    headers.put(
        "v2: TLV longer than the header", Headers.v2(V4_ENDS, Headers.tlv(0x04, 200, new byte[3])));
    headers.put("v2: half a TLV", Headers.v2(V4_ENDS, new byte[] {0x04, 0}));
    byte[] spoilt = Headers.v2(V4_ENDS);
    spoilt[11] = 'X';
    headers.put("v2: another signature", spoilt);
    return headers;
  }

  private static void v1(Map<String, byte[]> headers, String what, String header) {
    headers.put("v1: " + what, header.getBytes(US_ASCII));
  }

  @Test
  default void a_malformed_header_is_reset_and_reaches_no_backend() {
    Listening backend = rig().listening();
    InetSocketAddress relay = trusting(backend);
    Map<String, byte[]> malformed = malformed();
    malformed.forEach((what, header) -> {
      Peer client = rig().connect("127.0.0.11", relay);
      client.offer(header);
      client.offer(Bytes.of("hello"));
      assertThat(client.readToEnd()).as(what).isEqualTo(Saw.of(new byte[0], RST));
      assertThat(backend.nobodyWaits()).as(what).isTrue();
    });
    rig().expectEnded(CloseReason.BAD_PROXY_HEADER, malformed.size());
  }

  @Test
  default void a_header_that_does_not_come_is_waited_for_3_seconds() {
    Listening backend = rig().listening();
    InetSocketAddress relay = trusting(backend);
    long startNs = System.nanoTime();
    Peer silent = rig().connect("127.0.0.11", relay);
    Peer half = rig().connect("127.0.0.11", relay);
    half.send("PROXY TCP4 203");
    assertThat(silent.readToEnd().ending()).isEqualTo(RST);
    assertThat(half.readToEnd().ending()).isEqualTo(RST);
    assertThat(Duration.ofNanos(System.nanoTime() - startNs))
        .isGreaterThanOrEqualTo(Duration.ofMillis(2_500));
    rig().expectEnded(CloseReason.BAD_PROXY_HEADER, 2);
    assertThat(backend.nobodyWaits()).isTrue();
  }

  @Test
  default void an_end_in_the_middle_of_a_header_is_no_connection() {
    Listening backend = rig().listening();
    Peer client = rig().connect("127.0.0.11", trusting(backend));
    client.send("PROXY TCP4 203");
    client.halfClose();
    client.readToEnd();
    rig().expectEnded(CloseReason.BAD_PROXY_HEADER, 1);
    assertThat(backend.nobodyWaits()).isTrue();
  }

  @Test
  default void from_others_a_header_is_the_first_of_their_bytes() {
    Listening backend = rig().listening();
    Peer client = rig().connect("127.0.0.12", trusting(backend));
    byte[] header = Headers.v1(V4_ENDS);
    client.send(header);
    Peer server = rig().keep(backend.accept());
    assertThat(Headers.readV2(server)).isEqualTo(Ends.of(client));
    assertThat(server.read(header.length)).isEqualTo(header);
  }

  @Test
  default void limits_and_the_allow_list_are_about_the_client_that_the_header_names() {
    EchoServer server = rig().echo("a");
    var relay =
        rig()
            .serve(
                new Policy()
                    .acceptProxyFrom("127.0.0.11/32")
                    .allow("203.0.113.0/24")
                    .maxConnectionsPerClient(1)
                    .build(),
                up(server.address()));
    Peer allowed = rig().connect("127.0.0.11", relay);
    allowed.send(Headers.v1(V4_ENDS));
    assertThat(allowed.readText(1)).isEqualTo("a");

    Peer second = rig().connect("127.0.0.11", relay);
    second.send(Headers.v2(V4_ENDS));
    assertThat(second.readToEnd().ending()).isEqualTo(RST);
    rig().expectEnded(CloseReason.CLIENT_LIMIT, 1);

    Peer stranger = rig().connect("127.0.0.11", relay);
    stranger.send(Headers.v1(V6_ENDS));
    assertThat(stranger.readToEnd().ending()).isEqualTo(RST);
    rig().expectEnded(CloseReason.NOT_ALLOWED, 1);

    Peer direct = rig().connect("127.0.0.12", relay);
    assertThat(direct.readToEnd().ending()).isEqualTo(RST);
    eventually(() -> assertThat(server.served()).isEqualTo(1));
    rig().expectEnded(CloseReason.NOT_ALLOWED, 2);
  }
}
