package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OptionsTest {
  @Test
  void without_arguments_everything_is_measured_beside_every_configuration_of_haproxy_and_nginx()
      throws Options.Misused {
    Options options = Options.parse();

    assertThat(options.subject()).isEqualTo(Subject.Kind.HEADGATE);
    assertThat(options.beside())
        .containsExactly(
            Subject.Kind.HAPROXY_COPY,
            Subject.Kind.HAPROXY_SPLICE,
            Subject.Kind.HAPROXY_SPLICE_ALWAYS,
            Subject.Kind.NGINX);
    assertThat(options.quick()).isFalse();
    assertThat(options.workloads()).containsExactly(Workload.values());
    assertThat(options.idleConnections()).isPositive();
    assertThat(options.stalledConnections()).isPositive();
    assertThat(options.settings()).containsExactly(new Setting(Network.Kind.LOOPBACK, 1));
    assertThat(options.starts()).isPositive();
    assertThat(options.rate()).as("found by the run").isZero();
    assertThat(options.save()).isFalse();
  }

  @Test
  void every_option_is_taken_in_any_order() throws Options.Misused {
    Options options =
        Options.parse(
            "--only",
            "down,conn",
            "--save",
            "--workers",
            "2",
            "--rounds",
            "3",
            "--seconds",
            "7",
            "--warm-up",
            "0",
            "--out",
            "report.md",
            "--beside",
            "nginx");

    assertThat(options.workloads()).containsExactly(Workload.DOWNLOAD, Workload.CONNECTIONS);
    assertThat(options.idleConnections()).isZero();
    assertThat(options.stalledConnections()).isZero();
    assertThat(options.save()).isTrue();
    assertThat(options.workers()).containsExactly(2);
    assertThat(options.rounds()).isEqualTo(3);
    assertThat(options.seconds()).isEqualTo(7);
    assertThat(options.warmUpSeconds()).isZero();
    assertThat(options.out()).contains(Path.of("report.md"));
    assertThat(options.beside()).containsExactly(Subject.Kind.NGINX);
  }

  @Test
  void only_idle_leaves_out_every_load() throws Options.Misused {
    Options options = Options.parse("--only", "idle", "--idle-connections", "50");

    assertThat(options.workloads()).isEmpty();
    assertThat(options.idleConnections()).isEqualTo(50);
  }

  @Test
  void every_number_of_threads_is_measured_over_every_network() throws Options.Misused {
    Options options = Options.parse("--over", "both", "--workers", "1,2");

    assertThat(options.settings())
        .extracting(Setting::title)
        .containsExactly(
            "loopback, 1 thread", "loopback, 2 threads", "veth, 1 thread", "veth, 2 threads");
  }

  @Test
  void of_several_transports_the_first_is_the_subject_and_the_others_are_beside_it()
      throws Options.Misused {
    Options options = Options.parse("--transport", "auto,epoll,io_uring", "--beside", "nginx");

    assertThat(options.proxies())
        .containsExactly(
            Subject.Kind.HEADGATE,
            Subject.Kind.HEADGATE_EPOLL,
            Subject.Kind.HEADGATE_IO_URING,
            Subject.Kind.NGINX);
    assertThat(Options.parse("--transport", "nio").subject()).isEqualTo(Subject.Kind.HEADGATE_NIO);
  }

  @Test
  void a_quick_run_is_short_where_nothing_else_is_said_and_says_so() throws Options.Misused {
    Options options = Options.parse("--rounds", "3", "--quick");

    assertThat(options.rounds()).isEqualTo(3);
    assertThat(options.seconds()).isEqualTo(2);
    assertThat(options.fileName()).isEqualTo("headgate-loopback-1-thread-quick");
    assertThat(options.inWords()).anySatisfy(line -> assertThat(line).contains("orientation"));
    assertThat(Options.parse().inWords())
        .noneSatisfy(line -> assertThat(line).contains("orientation"));
  }

  @Test
  void what_cannot_be_meant_is_refused_with_what_is_allowed() {
    assertRefused("no such option: --round", "--round", "3");
    assertRefused("--rounds misses its value", "--rounds");
    assertRefused("--rounds must be a number from 1 but is 0", "--rounds", "0");
    assertRefused("--workers must be a number from 1 but is 0", "--workers", "1,0");
    assertRefused("loopback, veth, both but not: lan", "--over", "lan");
    assertRefused("--seconds must be a number from 1 but is x", "--seconds", "x");
    assertRefused(
        "conn, rps, objects, down, up, latency, idle, stalled, start but not: downs",
        "--only",
        "rps,downs");
    assertRefused("auto, epoll, io_uring, nio but not: iouring", "--transport", "iouring");
    assertRefused("--subject is nginx", "--subject", "nginx", "--transport", "epoll");
    assertRefused("headgate-epoll cannot", "--transport", "epoll", "--beside", "headgate-epoll");
    assertRefused(
        "nginx cannot be compared with itself", "--subject", "nginx", "--beside", "nginx");
  }

  private static void assertRefused(String message, String... arguments) {
    assertThatThrownBy(() -> Options.parse(arguments))
        .isInstanceOf(Options.Misused.class)
        .hasMessageContaining(message);
  }
}
