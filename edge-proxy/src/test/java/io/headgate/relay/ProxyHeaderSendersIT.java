package io.headgate.relay;

import static io.headgate.relay.Rig.up;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.model.ProxyProtocolMode;
import io.headgate.relay.Headers.Ends;
import io.headgate.testing.Needs;
import io.headgate.testing.Ports;
import io.headgate.testing.Program;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** We read the headers that HAProxy and nginx send. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ProxyHeaderSendersIT {
  private final Rig rig = new Rig(RelayKind.CHANNEL_EPOLL);

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "send-proxy 127.0.0.1",
        "send-proxy ::1",
        "send-proxy-v2 127.0.0.1",
        "send-proxy-v2 ::1",
        // With TLVs after the addresses: a checksum among them.
        "'send-proxy-v2 proxy-v2-options unique-id,crc32c' 127.0.0.1"
      })
  void a_client_of_haproxy_is_a_client_of_ours(String option, String address) {
    Needs.programs("haproxy");
    Listening backend = rig.listening();
    InetSocketAddress relay = trusting(backend);
    InetSocketAddress front = Ports.free(address);
    rig.keep(
            Program.haproxy(
                Program.draft(),
                """
                defaults
                  mode tcp
                  timeout client 10s
                  timeout server 10s
                  timeout connect 10s
                listen l
                  bind %s
                  unique-id-format %%{+X}o%%ci:%%cp
                  server s %s %s
                """
                    .formatted(Addresses.text(front), Addresses.text(relay), option)))
        .awaitPort(front);
    expectClientKnown(front, backend);
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1", "::1"})
  void a_client_of_nginx_is_a_client_of_ours(String address) {
    Needs.programs("nginx");
    Listening backend = rig.listening();
    InetSocketAddress relay = trusting(backend);
    InetSocketAddress front = Ports.free(address);
    rig.keep(
            Program.nginx(
                Program.draft(),
                """
                stream {
                  server {
                    listen %s;
                    proxy_pass %s;
                    proxy_protocol on;
                  }
                }
                """
                    .formatted(Addresses.text(front), Addresses.text(relay))))
        .awaitPort(front);
    expectClientKnown(front, backend);
  }

  private void expectClientKnown(InetSocketAddress front, Listening backend) {
    forgetProbe(backend);
    Peer client = rig.connect(front);
    client.send("hello");
    Peer server = rig.keep(backend.accept());
    assertThat(Headers.readV1(server)).isEqualTo(Ends.of(client));
    assertThat(server.readText(5)).isEqualTo("hello");
  }

  private InetSocketAddress trusting(Listening backend) {
    return rig.serve(
        new Policy().acceptProxyFrom("127.0.0.0/8").proxyProtocol(ProxyProtocolMode.V1).build(),
        up(backend.address()));
  }

  /** Waiting for the program's port was a connection as well, and has come through. */
  private void forgetProbe(Listening backend) {
    backend.accept().close();
    rig.expectActive(0);
  }
}
