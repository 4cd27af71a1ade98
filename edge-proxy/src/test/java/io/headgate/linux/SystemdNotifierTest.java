package io.headgate.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@EnabledOnOs(OS.LINUX)
class SystemdNotifierTest {
  @Test
  void every_message_is_one_datagram_on_a_path(@TempDir Path directory) throws Throwable {
    String path = directory.resolve("notify").toString();
    try (var systemd = new NotifySocket(path)) {
      var notifier = notifier(path);

      assertThat(notifier.present()).isTrue();
      assertThat(notifier.ready()).isTrue();
      assertThat(notifier.status("serving 3 routes")).isTrue();
      assertThat(notifier.reloading(123_456_789_000L)).isTrue();
      assertThat(notifier.watchdog()).isTrue();
      assertThat(notifier.stopping()).isTrue();

      assertThat(systemd.received())
          .containsExactly(
              "READY=1",
              "STATUS=serving 3 routes",
              "RELOADING=1\nMONOTONIC_USEC=123456789",
              "WATCHDOG=1",
              "STOPPING=1");
    }
  }

  @Test
  void an_abstract_name_is_reached_too() throws Throwable {
    String name = "@headgate-test-" + UUID.randomUUID();
    try (var systemd = new NotifySocket(name)) {
      assertThat(notifier(name).ready()).isTrue();
      assertThat(systemd.received()).containsExactly("READY=1");
    }
  }

  @Test
  void a_status_cannot_smuggle_in_another_variable() throws Throwable {
    String name = "@headgate-test-" + UUID.randomUUID();
    try (var systemd = new NotifySocket(name)) {
      notifier(name).status("two\nMAINPID=1\r\nlines");
      assertThat(systemd.received()).containsExactly("STATUS=two MAINPID=1 lines");
    }
  }

  @Test
  void without_a_socket_in_the_environment_nobody_is_told() {
    var notifier = new SystemdNotifier(Map.of());
    assertThat(notifier.present()).isFalse();
    assertThat(notifier.ready()).isFalse();
    assertThat(notifier.watchdogInterval()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "@", "/", "vsock:2:1234", "relative/path"})
  void an_address_of_another_kind_is_as_good_as_none(String name) {
    assertThat(notifier(name).present()).isFalse();
    assertThat(notifier(name).ready()).isFalse();
  }

  @Test
  void a_name_that_does_not_fit_a_socket_address_is_as_good_as_none() {
    assertThat(notifier("/" + "x".repeat(106)).present()).isTrue();
    assertThat(notifier("/" + "x".repeat(107)).present()).isFalse();
    assertThat(notifier("/" + "x".repeat(107)).ready()).isFalse();
  }

  @Test
  void a_socket_that_nobody_holds_is_said_to_be_unreached(@TempDir Path directory) {
    assertThat(notifier(directory.resolve("gone").toString()).ready()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "10000000, 77, 10000",
    "10000000,   , 10000",
    "10000000, 78, 0",
    "10000000, me, 0",
    "0,        77, 0",
    "-1,       77, 0",
    "soon,     77, 0",
    "9223372036854775807, 77, 0",
  })
  void the_watchdog_counts_only_where_it_is_meant_for_this_process(
      String micros, @Nullable String pid, long expectedMs) {
    Map<String, String> environment =
        pid == null
            ? Map.of("WATCHDOG_USEC", micros)
            : Map.of("WATCHDOG_USEC", micros, "WATCHDOG_PID", pid);
    assertThat(
            new SystemdNotifier(environment, 77)
                .watchdogInterval()
                .orElse(Duration.ZERO)
                .toMillis())
        .isEqualTo(expectedMs);
  }

  private static SystemdNotifier notifier(String socket) {
    return new SystemdNotifier(Map.of("NOTIFY_SOCKET", socket));
  }
}
