package io.headgate.relay;

import static io.headgate.relay.Rig.up;
import static io.headgate.testing.Eventually.eventually;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.RoutePolicy;
import io.headgate.testing.Command;
import io.headgate.testing.Needs;
import io.headgate.testing.Ports;
import io.headgate.testing.Program;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** curl and wrk against nginx, through the relay. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ProgramsIT {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");

  private Rig rig = new Rig(RelayKind.CHANNEL_EPOLL);

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @EnumSource
  void curl_gets_every_byte_of_a_large_file(RelayKind kind) {
    use(kind);
    Needs.programs("curl", "nginx");
    InetSocketAddress nginx = nginx("a");
    InetSocketAddress relay = rig.serve(Policy.PLAIN, up(nginx));
    String direct = sha256("http://" + Addresses.text(nginx) + "/large");
    String relayed = sha256("http://" + Addresses.text(relay) + "/large");
    assertThat(relayed).isEqualTo(direct);
  }

  private static String sha256(String url) {
    return Command.run(
        "sh", "-c", "set -e; curl -sS --fail --max-time 60 '" + url + "' | sha256sum");
  }

  @ParameterizedTest
  @EnumSource
  void curl_uploads_every_byte(RelayKind kind) {
    use(kind);
    Needs.programs("curl", "nginx");
    InetSocketAddress relay = rig.serve(Policy.PLAIN, up(nginx("a")));
    String size =
        Command.run(
            "sh",
            "-c",
            "head -c 20000000 /dev/zero | curl -sS --fail --max-time 60 -T - -H 'Expect:' 'http://"
                + Addresses.text(relay)
                + "/upload'");
    assertThat(size.strip()).isEqualTo("20000000");
  }

  @ParameterizedTest
  @EnumSource
  void a_short_load_of_new_connections_has_no_error(RelayKind kind) {
    use(kind);
    InetSocketAddress a = nginx("a");
    InetSocketAddress b = nginx("b");
    InetSocketAddress relay = rig.serve(Policy.PLAIN, up(a), up(b));
    long requests = requests(load(relay));
    assertThat(requests).isPositive();
    rig.expectActive(0);
    assertThat(rig.counters(a).total()).isPositive();
    assertThat(rig.counters(b).total()).isPositive();
    assertThat(rig.counters().connectRetries()).isZero();
    eventually(() -> assertThat(rig.counters().accepted()).isGreaterThanOrEqualTo(requests));
  }

  @ParameterizedTest
  @EnumSource
  void a_load_loses_no_request_while_backends_come_and_go(RelayKind kind) {
    use(kind);
    // Tables change here faster than in any cluster: one connection may meet what refuses in many.
    RoutePolicy stubborn = new Policy().connectAttempts(100).build();
    Backend a = up(nginx("a"));
    Backend b = up(nginx("b"));
    InetSocketAddress relay = rig.serve(stubborn, a, b);
    CompletableFuture<String> load = CompletableFuture.supplyAsync(() -> load(relay));
    while (!load.isDone()) {
      rig.serve(stubborn, a);
      rig.serve(stubborn, Rig.in(BackendState.DRAIN, a.address()), b);
      rig.serve(stubborn, b, up(rig.keep(Silent.refusing("127.0.0.1")).address()));
      rig.serve(stubborn, a, b);
    }
    String report = Rig.await(load);
    assertThat(requests(report)).as("%s; %s", report, endings()).isPositive();
  }

  /** Connections that did not end well; those that were open when the load ended are among them. */
  private Map<String, Long> endings() {
    return rig.events().ended().stream()
        .filter(summary -> summary.reason() != CloseReason.FINISHED)
        .collect(groupingBy(ConnectionSummary::toString, counting()));
  }

  private void use(RelayKind kind) {
    kind.assumeAvailable();
    rig = new Rig(kind);
  }

  /** Two seconds of it, a new connection for every request. */
  private static String load(InetSocketAddress target) {
    Needs.programs("wrk");
    return Command.run(
        "wrk",
        "-t1",
        "-c32",
        "-d2s",
        "--timeout",
        "20s",
        "-H",
        "Connection: close",
        "http://" + Addresses.text(target) + "/");
  }

  /** Of a load without a single failure; 0 where one request has failed. */
  private static long requests(String report) {
    Matcher requests = REQUESTS.matcher(report);
    boolean failed = report.contains("Socket errors") || report.contains("Non-2xx");
    return failed || !requests.find() ? 0 : Long.parseLong(requests.group(1));
  }

  private InetSocketAddress nginx(String name) {
    Needs.programs("nginx");
    InetSocketAddress address = Ports.free("127.0.0.1");
    rig.keep(
            Program.nginx(
                Program.draft().file("large", "0123456789abcde\n".repeat(2_000_000)),
                """
                http {
                  access_log off;
                  client_max_body_size 0;
                  client_body_temp_path {}/body;
                  server {
                    listen %s backlog=4096;
                    root {};
                    location = / { return 200 "%s"; }
                    location = /upload { proxy_pass http://unix:{}/length; }
                  }
                  server {
                    listen unix:{}/length;
                    client_body_buffer_size 64k;
                    location / { return 200 "$http_content_length"; }
                  }
                }
                """
                    .formatted(Addresses.text(address), name)))
        .awaitPort(address);
    return address;
  }
}
