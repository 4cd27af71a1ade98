package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.kubernetes.Servers.Round;
import io.headgate.kubernetes.Servers.Server;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ServersTest {
  private static final Server A = server("https://a:6443");
  private static final Server B = server("https://b:6443");
  private static final Server C = server("https://c:6443");
  private static final Optional<Failure> GOOD = Optional.empty();
  private static final Optional<Failure> SILENT = Optional.of(Failure.of("refused"));

  private final Servers servers = new Servers(List.of(A, B, C), "");

  @Test
  void in_service_a_hung_server_of_several_is_left_within_ten_seconds() {
    WatchSettings settings = WatchSettings.DEFAULT;
    assertThat(settings.ping(2).multipliedBy(2)).isLessThanOrEqualTo(Duration.ofSeconds(8));
    assertThat(settings.connectTimeout()).isLessThan(Duration.ofSeconds(10));
    assertThat(settings.impatience()).isLessThan(Duration.ofSeconds(10));
    assertThat(settings.ping(1)).isEqualTo(settings.ping());
  }

  @Test
  void who_answers_is_asked_first_from_then_on() {
    Round round = servers.round();
    assertThat(round.another(SILENT)).isTrue();
    assertThat(round.server()).isEqualTo(B);
    assertThat(round.another(GOOD)).isFalse();
    assertThat(servers.first()).isEqualTo(B);
  }

  @Test
  void each_is_asked_once_and_when_all_fail_nothing_changes() {
    Round round = servers.round();
    assertThat(round.another(SILENT)).isTrue();
    assertThat(round.another(SILENT)).isTrue();
    assertThat(round.last()).isTrue();
    assertThat(round.another(SILENT)).isFalse();
    assertThat(servers.first()).isEqualTo(A);
  }

  @Test
  void of_the_others_the_healthier_is_asked_before() {
    Round round = servers.round();
    round.another(SILENT);
    round.another(SILENT);
    round.another(GOOD);
    assertThat(servers.first()).isEqualTo(C);
    servers.leave(C, "silence");
    servers.round().another(GOOD);
    assertThat(servers.first()).isEqualTo(A);
    servers.leave(A, "silence");
    assertThat(servers.first()).isEqualTo(B);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 409, 410, 429})
  void a_refusal_is_an_answer(int code) {
    for (int i = 0; i < 10; i++) {
      assertThat(servers.round().another(failure(code))).isFalse();
    }
    assertThat(servers.first()).isEqualTo(A);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void a_server_is_left_at_its_third_error_in_a_row(int code) {
    assertThat(servers.round().another(failure(code))).isFalse();
    assertThat(servers.round().another(failure(code))).isFalse();
    assertThat(servers.round().another(GOOD)).isFalse();
    assertThat(servers.round().another(failure(code))).isFalse();
    assertThat(servers.round().another(failure(code))).isFalse();
    Round third = servers.round();
    assertThat(third.server()).isEqualTo(A);
    assertThat(third.another(failure(code))).isTrue();
    assertThat(third.another(GOOD)).isFalse();
    assertThat(servers.first()).isEqualTo(B);
  }

  @Test
  void where_another_request_has_settled_meanwhile_it_stays() {
    Round slow = servers.round();
    Round quick = servers.round();
    quick.another(SILENT);
    quick.another(GOOD);
    slow.another(SILENT);
    slow.another(SILENT);
    slow.another(GOOD);
    assertThat(servers.first()).isEqualTo(B);
    servers.leave(A, "old news");
    assertThat(servers.first()).isEqualTo(B);
  }

  @Test
  void the_only_one_is_asked_whatever_it_does() {
    var only = new Servers(List.of(A), "");
    for (int i = 0; i < 5; i++) {
      assertThat(only.round().another(SILENT)).isFalse();
      assertThat(only.round().another(failure(500))).isFalse();
    }
    only.leave(A, "silence");
    assertThat(only.first()).isEqualTo(A);
    assertThat(only.round().named(Failure.of("refused")).text()).isEqualTo("refused");
  }

  @Test
  void a_failure_names_its_server_where_there_are_several() {
    assertThat(servers.round().named(Failure.of("refused")).text())
        .isEqualTo("https://a:6443: refused");
  }

  @Test
  void it_begins_with_the_one_that_was_in_use() {
    assertThat(new Servers(List.of(A, B, C), "https://c:6443").first()).isEqualTo(C);
    assertThat(new Servers(List.of(A, B, C), "https://d:6443").first()).isEqualTo(A);
  }

  private static Optional<Failure> failure(int code) {
    return Optional.of(new Failure(code, "as the test wants", Duration.ZERO));
  }

  private static Server server(String url) {
    return new Server(url, HttpUrl.get(url));
  }
}
