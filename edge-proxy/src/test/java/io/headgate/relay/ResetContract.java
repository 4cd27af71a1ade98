package io.headgate.relay;

import static io.headgate.relay.Saw.Ending.FIN;
import static io.headgate.relay.Saw.Ending.OPEN;
import static io.headgate.relay.Saw.Ending.RST;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.relay.Play.Outcome;
import io.headgate.testing.Eventually;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * How connections break: a reset on one side is a reset on the other (RFC 9293 section 3.10.7),
 * never an end that looks like a good one, and what came before it is delivered.
 */
interface ResetContract extends SameAsDirect {

  @Test
  default void a_client_that_resets_in_mid_stream_resets_the_server() {
    var play =
        new Play(
            (client, cues) -> {
              client.send(THOUSAND);
              cues.await("all arrived");
              client.reset();
              return client.saw(OPEN);
            },
            (server, cues) -> {
              server.read(THOUSAND.length);
              cues.give("all arrived");
              return server.readToEnd();
            });
    assertThat(sameAsDirect(play))
        .isEqualTo(new Outcome(Saw.of(NONE, OPEN), Saw.of(THOUSAND, RST)));
  }

  @Test
  default void a_server_that_resets_after_1000_bytes_resets_the_client_after_1000_bytes() {
    var play =
        new Play(
            (client, _) -> client.readToEnd(),
            (server, _) -> {
              server.send(THOUSAND);
              server.reset();
              return server.saw(OPEN);
            });
    assertThat(sameAsDirect(play))
        .isEqualTo(new Outcome(Saw.of(THOUSAND, RST), Saw.of(NONE, OPEN)));
  }

  @Test
  default void a_client_that_resets_after_1000_bytes_resets_the_server_after_1000_bytes() {
    var play =
        new Play(
            (client, _) -> {
              client.send(THOUSAND);
              client.reset();
              return client.saw(OPEN);
            },
            (server, _) -> server.readToEnd());
    assertThat(sameAsDirect(play))
        .isEqualTo(new Outcome(Saw.of(NONE, OPEN), Saw.of(THOUSAND, RST)));
  }

  @Test
  default void a_server_that_resets_at_once_resets_the_client() {
    var play =
        new Play(
            (client, _) -> client.readToEnd(),
            (server, _) -> {
              server.reset();
              return server.saw(OPEN);
            });
    assertThat(sameAsDirect(play)).isEqualTo(new Outcome(Saw.of(NONE, RST), Saw.of(NONE, OPEN)));
  }

  @Test
  default void a_client_that_resets_before_it_has_sent_anything_resets_the_server() {
    var play =
        new Play(
            (client, _) -> {
              client.reset();
              return client.saw(OPEN);
            },
            (server, _) -> server.readToEnd());
    assertThat(sameAsDirect(play)).isEqualTo(new Outcome(Saw.of(NONE, OPEN), Saw.of(NONE, RST)));
  }

  @Test
  default void a_server_that_closes_with_unread_data_resets_the_client() {
    var play =
        new Play(
            (client, _) -> {
              client.send(THOUSAND);
              return client.readToEnd();
            },
            (server, _) -> {
              Eventually.eventually(() -> assertThat(server.unread()).isEqualTo(THOUSAND.length));
              server.close();
              return server.saw(OPEN);
            });
    assertThat(sameAsDirect(play)).isEqualTo(new Outcome(Saw.of(NONE, RST), Saw.of(NONE, OPEN)));
  }

  @Test
  default void a_client_that_resets_after_it_has_half_closed_breaks_what_the_server_still_sends() {
    var play =
        new Play(
            (client, cues) -> {
              client.send(HUNDRED);
              client.halfClose();
              client.read(1);
              cues.await("end seen");
              client.reset();
              return client.saw(OPEN);
            },
            (server, cues) -> {
              Saw saw = server.readToEnd();
              cues.give("end seen");
              assertThat(server.sendUntilReset(MUCH.length)).as("sending breaks").isTrue();
              return saw;
            });
    assertThat(sameAsDirect(play).server()).isEqualTo(Saw.of(HUNDRED, FIN));
  }

  @Test
  default void a_server_that_resets_after_it_has_half_closed_breaks_what_the_client_still_sends() {
    var play =
        new Play(
            (client, cues) -> {
              Saw saw = client.readToEnd();
              cues.give("end seen");
              assertThat(client.sendUntilReset(MUCH.length)).as("sending breaks").isTrue();
              return saw;
            },
            (server, cues) -> {
              server.send(HUNDRED);
              server.halfClose();
              server.read(1);
              cues.await("end seen");
              server.reset();
              return server.saw(OPEN);
            });
    assertThat(sameAsDirect(play).client()).isEqualTo(Saw.of(HUNDRED, FIN));
  }

  @Test
  default void a_client_that_goes_on_sending_to_a_server_that_has_closed_is_reset() {
    var play =
        new Play(
            (client, _) -> {
              Saw saw = client.readToEnd();
              assertThat(client.sendUntilReset(MUCH.length)).as("sending breaks").isTrue();
              return saw;
            },
            (server, _) -> {
              server.send(HUNDRED);
              server.close();
              return server.saw(OPEN);
            });
    assertThat(sameAsDirect(play).client()).isEqualTo(Saw.of(HUNDRED, FIN));
  }

  @Test
  default void a_server_that_goes_on_sending_to_a_client_that_has_closed_is_reset() {
    var play =
        new Play(
            (client, _) -> {
              client.send(HUNDRED);
              client.close();
              return client.saw(OPEN);
            },
            (server, _) -> {
              Saw saw = server.readToEnd();
              assertThat(server.sendUntilReset(MUCH.length)).as("sending breaks").isTrue();
              return saw;
            });
    assertThat(sameAsDirect(play).server()).isEqualTo(Saw.of(HUNDRED, FIN));
  }

  @Test
  default void a_reset_of_the_server_frees_a_client_that_is_stuck_in_sending() {
    var play =
        new Play(
            (client, cues) -> {
              Filling filling = Filling.start(client, MUCH);
              filling.untilStuck();
              cues.give("stuck");
              assertThat(filling.toEnd()).as("all was taken").isFalse();
              return client.readToEnd();
            },
            (server, cues) -> {
              cues.await("stuck");
              server.reset();
              return server.saw(OPEN);
            });
    assertThat(sameAsDirect(play).client()).isEqualTo(Saw.of(NONE, RST));
  }

  @Test
  default void a_reset_of_the_client_frees_a_server_that_is_stuck_in_sending() {
    var play =
        new Play(
            (client, cues) -> {
              cues.await("stuck");
              client.reset();
              return client.saw(OPEN);
            },
            (server, cues) -> {
              Filling filling = Filling.start(server, MUCH);
              filling.untilStuck();
              cues.give("stuck");
              assertThat(filling.toEnd()).as("all was taken").isFalse();
              return server.readToEnd();
            });
    assertThat(sameAsDirect(play).server()).isEqualTo(Saw.of(NONE, RST));
  }

  @Test
  default void a_server_that_resets_while_the_client_does_not_read_never_looks_like_an_end() {
    onlyPrefixAndReset(stuckSenderResets(MUCH), true);
  }

  @Test
  default void a_client_that_resets_while_the_server_does_not_read_never_looks_like_an_end() {
    onlyPrefixAndReset(stuckSenderResets(MUCH).swapped(), false);
  }

  @Test
  default void a_server_that_resets_with_data_in_flight_never_looks_like_an_end() {
    onlyPrefixAndReset(resetInFlight(Arrays.copyOf(MUCH, 300_000)), true);
  }

  @Test
  default void a_client_that_resets_with_data_in_flight_never_looks_like_an_end() {
    onlyPrefixAndReset(resetInFlight(Arrays.copyOf(MUCH, 300_000)).swapped(), false);
  }

  /** The server sends until the client, which does not read, takes no more, and then resets. */
  private static Play stuckSenderResets(byte[] bytes) {
    return new Play(
        (client, cues) -> {
          cues.await("reset");
          return prefix(client, bytes);
        },
        (server, cues) -> {
          Filling.start(server, bytes).untilStuck();
          server.reset();
          cues.give("reset");
          return server.saw(OPEN);
        });
  }

  private static Play resetInFlight(byte[] bytes) {
    return new Play(
        (client, _) -> prefix(client, bytes),
        (server, _) -> {
          Filling.start(server, bytes);
          server.reset();
          return server.saw(OPEN);
        });
  }

  /** Reads to the end; what was read must be the beginning of {@code bytes}. */
  private static Saw prefix(Peer reader, byte[] bytes) {
    Saw saw = reader.readToEnd();
    byte[] beginning = Arrays.copyOf(bytes, Math.toIntExact(saw.bytes()));
    assertThat(saw).as("a beginning of what was sent").isEqualTo(Saw.of(beginning, saw.ending()));
    return saw;
  }

  /** How much arrives before such a reset is a matter of luck, also without a relay. */
  private void onlyPrefixAndReset(Play play, boolean clientReads) {
    for (Outcome outcome : new Outcome[] {directly(play), relayed(play)}) {
      Saw reader = clientReads ? outcome.client() : outcome.server();
      assertThat(reader.ending()).as("%s", outcome).isEqualTo(RST);
    }
  }

  @Test
  default void a_reset_is_noticed_while_the_other_side_does_not_read() {
    Listening backend = rig().listening();
    Peer client = rig().connect(rig().serve(Policy.PLAIN, Rig.up(backend.address())));
    Peer server = rig().accept(backend);
    Filling.start(client, MUCH).untilStuck();

    client.reset();

    if (rig().kind().noticesResetsUnread()) {
      rig().expectActive(0);
    }
    assertThat(prefix(server, MUCH).ending()).isEqualTo(RST);
    rig().expectEnded(CloseReason.CLIENT_RESET, 1);
    rig().expectActive(0);
  }

  @Test
  default void whoever_resets_is_named_as_the_reason() {
    Listening backend = rig().listening();
    var relay = rig().serve(Policy.PLAIN, Rig.up(backend.address()));

    Peer resetting = rig().connect(relay);
    Peer server = rig().accept(backend);
    resetting.reset();
    assertThat(server.readToEnd().ending()).isEqualTo(RST);
    rig().expectEnded(CloseReason.CLIENT_RESET, 1);

    Peer client = rig().connect(relay);
    rig().accept(backend).reset();
    assertThat(client.readToEnd().ending()).isEqualTo(RST);
    rig().expectEnded(CloseReason.BACKEND_RESET, 1);
  }

  @Test
  default void many_clients_that_come_and_reset_leave_nothing_behind() {
    EchoServer server = rig().echo("a");
    var relay = rig().serve(Policy.PLAIN, Rig.up(server.address()));
    for (int i = 0; i < 300; i++) {
      Peer client = rig().connect(relay);
      if (i % 3 == 1) {
        client.send(HUNDRED);
      } else if (i % 3 == 2) {
        client.halfClose();
      }
      client.reset();
    }
    rig().expectActive(0);
    Peer client = rig().connect(relay);
    assertThat(client.readText(1)).isEqualTo("a");
  }
}
