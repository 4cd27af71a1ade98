package io.headgate.relay;

import static io.headgate.relay.Rig.at;
import static io.headgate.relay.Rig.route;
import static io.headgate.relay.Rig.up;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.model.ProxyProtocolMode;
import io.headgate.testing.Needs;
import io.headgate.testing.Ports;
import io.headgate.testing.Program;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** nginx and HAProxy read the headers that we send, and understand them as we mean them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ProxyHeaderReadersIT {
  private final Rig rig = new Rig(RelayKind.CHANNEL_EPOLL);

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @CsvSource({"V1,127.0.0.1", "V1,::1", "V2,127.0.0.1", "V2,::1"})
  void nginx_knows_the_client_of_an_http_request(ProxyProtocolMode version, String address) {
    InetSocketAddress backend = Ports.free("127.0.0.1");
    nginx(
        backend,
        """
        http {
          access_log off;
          server {
            listen %s proxy_protocol;
            location / {
              return 200 "$proxy_protocol_addr $proxy_protocol_port $proxy_protocol_server_addr \
        $proxy_protocol_server_port\\n";
            }
          }
        }
        """);
    Peer client = clientOf(version, address, backend);
    client.send("GET / HTTP/1.0\r\n\r\n");
    assertThat(bodyOf(client)).isEqualTo(ends(client));
  }

  @ParameterizedTest
  @CsvSource({"V1,127.0.0.1", "V1,::1", "V2,127.0.0.1", "V2,::1"})
  void nginx_knows_the_client_of_a_stream(ProxyProtocolMode version, String address) {
    InetSocketAddress backend = Ports.free("127.0.0.1");
    nginx(
        backend,
        """
        stream {
          server {
            listen %s proxy_protocol;
            return "$proxy_protocol_addr $proxy_protocol_port $proxy_protocol_server_addr \
        $proxy_protocol_server_port\\n";
          }
        }
        """);
    Peer client = clientOf(version, address, backend);
    assertThat(client.readLine().strip()).isEqualTo(ends(client));
  }

  @ParameterizedTest
  @CsvSource({"V1,127.0.0.1", "V1,::1", "V2,127.0.0.1", "V2,::1"})
  void haproxy_knows_the_client_of_an_http_request(ProxyProtocolMode version, String address) {
    InetSocketAddress backend = Ports.free("127.0.0.1");
    Needs.programs("haproxy");
    rig.keep(
            Program.haproxy(
                Program.draft(),
                """
                defaults
                  mode http
                  timeout client 10s
                frontend f
                  bind %s accept-proxy
                  http-request return status 200 content-type text/plain \
                lf-string "%%[src] %%[src_port] %%[dst] %%[dst_port]\\n"
                """
                    .formatted(Addresses.text(backend))))
        .awaitPort(backend);
    Peer client = clientOf(version, address, backend);
    client.send("GET / HTTP/1.0\r\n\r\n");
    assertThat(bodyOf(client)).isEqualTo(ends(client));
  }

  private void nginx(InetSocketAddress backend, String configuration) {
    Needs.programs("nginx");
    rig.keep(Program.nginx(Program.draft(), configuration.formatted(Addresses.text(backend))))
        .awaitPort(backend);
  }

  /** Connected, through a relay that sends headers, to the listener's family of the address. */
  private Peer clientOf(ProxyProtocolMode version, String address, InetSocketAddress backend) {
    return rig.connect(
        rig.serve(
            route(
                Rig.ROUTE, at(address), new Policy().proxyProtocol(version).build(), up(backend))));
  }

  private static String bodyOf(Peer client) {
    String line = client.readLine();
    assertThat(line).contains(" 200 ");
    while (!line.isBlank()) {
      line = client.readLine();
    }
    return client.readLine().strip();
  }

  /** As nginx and HAProxy were told to write it. */
  private static String ends(Peer client) {
    return "%s %d %s %d"
        .formatted(
            Addresses.text(client.local().getAddress()),
            client.local().getPort(),
            Addresses.text(client.remote().getAddress()),
            client.remote().getPort());
  }
}
