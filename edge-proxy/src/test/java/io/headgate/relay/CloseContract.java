package io.headgate.relay;

import static io.headgate.relay.Saw.Ending.FIN;
import static io.headgate.relay.Saw.Ending.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.relay.Play.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * How connections end. Each is played twice, directly and through the relay, and both ends must
 * have seen the same: the bytes, and whether they ended by FIN or by RST (RFC 9293 section 3.6).
 */
interface CloseContract extends SameAsDirect {
  @Test
  default void a_client_that_half_closes_gets_all_that_the_server_sends_after_it() {
    var play =
        new Play(
            (client, _) -> {
              client.halfClose();
              return client.readToEnd();
            },
            (server, _) -> {
              Saw saw = server.readToEnd();
              server.send(TWO_MIB);
              server.close();
              return saw;
            });
    assertThat(sameAsDirect(play)).isEqualTo(new Outcome(Saw.of(TWO_MIB, FIN), Saw.of(NONE, FIN)));
  }

  @Test
  default void a_server_that_half_closes_gets_all_that_the_client_sends_after_it() {
    var play =
        new Play(
            (client, _) -> {
              Saw saw = client.readToEnd();
              client.send(TWO_MIB);
              client.halfClose();
              return saw;
            },
            (server, _) -> {
              server.halfClose();
              return server.readToEnd();
            });
    assertThat(sameAsDirect(play)).isEqualTo(new Outcome(Saw.of(NONE, FIN), Saw.of(TWO_MIB, FIN)));
  }

  @Test
  default void both_may_end_at_once() {
    Play.Part both =
        (peer, _) -> {
          peer.send(HUNDRED);
          peer.halfClose();
          return peer.readToEnd();
        };
    assertThat(sameAsDirect(new Play(both, both)))
        .isEqualTo(new Outcome(Saw.of(HUNDRED, FIN), Saw.of(HUNDRED, FIN)));
  }

  @Test
  default void a_connection_may_end_without_a_byte() {
    Play.Part both =
        (peer, _) -> {
          peer.halfClose();
          return peer.readToEnd();
        };
    assertThat(sameAsDirect(new Play(both, both)))
        .isEqualTo(new Outcome(Saw.of(NONE, FIN), Saw.of(NONE, FIN)));
  }

  @Test
  default void a_server_that_sends_2_mib_and_closes_is_heard_to_the_end() {
    var play =
        new Play(
            (client, _) -> client.readToEnd(),
            (server, _) -> {
              server.send(TWO_MIB);
              server.close();
              return server.saw(OPEN);
            });
    assertThat(sameAsDirect(play)).isEqualTo(new Outcome(Saw.of(TWO_MIB, FIN), Saw.of(NONE, OPEN)));
  }

  @Test
  default void a_slow_reader_gets_everything() {
    byte[] much = Bytes.random(4, 8 * Bytes.MIB);
    var play =
        new Play(
            (client, _) -> {
              Saw saw = client.readToEnd(Duration.ofMillis(5));
              client.halfClose();
              return saw;
            },
            (server, _) -> {
              server.send(much);
              server.halfClose();
              return server.readToEnd();
            });
    assertThat(sameAsDirect(play)).isEqualTo(new Outcome(Saw.of(much, FIN), Saw.of(NONE, FIN)));
  }

  /** What a download over HTTP/1.0 with a half-closed request is to a slow client. */
  @Test
  default void a_client_that_has_half_closed_may_read_slowly() {
    assertThat(sameAsDirect(readingAfterHalfClose()))
        .isEqualTo(new Outcome(Saw.of(MUCH, FIN), Saw.of(NONE, FIN)));
  }

  @Test
  default void a_server_that_has_half_closed_may_read_slowly() {
    assertThat(sameAsDirect(readingAfterHalfClose().swapped()))
        .isEqualTo(new Outcome(Saw.of(NONE, FIN), Saw.of(MUCH, FIN)));
  }

  /** The client half-closes, and reads when the server has filled all buffers on the way. */
  private static Play readingAfterHalfClose() {
    return new Play(
        (client, cues) -> {
          client.halfClose();
          cues.await("stuck");
          return client.readToEnd();
        },
        (server, cues) -> {
          Saw saw = server.readToEnd();
          Filling filling = Filling.start(server, MUCH);
          filling.untilStuck();
          cues.give("stuck");
          assertThat(filling.toEnd()).as("all was taken").isTrue();
          server.close();
          return saw;
        });
  }

  @Test
  default void a_server_may_speak_first() {
    var play =
        new Play(
            (client, _) -> {
              client.read(HUNDRED.length);
              client.send(THOUSAND);
              client.halfClose();
              return client.readToEnd();
            },
            (server, _) -> {
              server.send(HUNDRED);
              Saw saw = server.readToEnd();
              server.close();
              return saw;
            });
    assertThat(sameAsDirect(play))
        .isEqualTo(new Outcome(Saw.of(HUNDRED, FIN), Saw.of(THOUSAND, FIN)));
  }

  @Test
  default void an_urgent_byte_stays_in_the_stream() {
    var play =
        new Play(
            (client, _) -> {
              client.send("before");
              client.sendUrgent('!');
              client.send("after");
              client.halfClose();
              return client.readToEnd();
            },
            (server, _) -> {
              Saw saw = server.withUrgentInline().readToEnd();
              server.close();
              return saw;
            });
    assertThat(sameAsDirect(play))
        .isEqualTo(new Outcome(Saw.of(NONE, FIN), Saw.of(Bytes.of("before!after"), FIN)));
  }
}
