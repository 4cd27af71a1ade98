package io.headgate.takeover.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.takeover.peer.WatchAction.Dial;
import io.headgate.takeover.peer.WatchAction.Drop;
import io.headgate.takeover.peer.WatchAction.Ping;
import io.headgate.takeover.peer.WatchEvent.DialFailed;
import io.headgate.takeover.peer.WatchEvent.DialFailure;
import io.headgate.takeover.peer.WatchEvent.Died;
import io.headgate.takeover.peer.WatchEvent.End;
import io.headgate.takeover.peer.WatchEvent.Ended;
import io.headgate.takeover.peer.WatchEvent.Ending;
import io.headgate.takeover.peer.WatchEvent.Heard;
import io.headgate.takeover.peer.WatchEvent.Met;
import io.headgate.takeover.peer.WatchEvent.SaidGoodbye;
import io.headgate.takeover.peer.WatchEvent.Started;
import io.headgate.takeover.peer.WatchEvent.Ticked;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Time is in milliseconds here, from a start near the wrap of the clock. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PeerWatchTest {
  private static final long START_NS = Long.MAX_VALUE - 2_000_000_000L;
  private static final long FIRST = 1;
  private static final long SECOND = 2;

  private final PeerWatch watch = new PeerWatch(PeerTimings.DEFAULT);
  private long nowMs;
  private List<WatchAction> done = List.of();

  @BeforeEach
  void starts() {
    done = watch.on(new Started(at(0)));
    assertThat(done).containsExactly(new Dial());
  }

  @Test
  void a_peer_that_was_never_met_is_unknown_whatever_its_kernel_says() {
    for (DialFailure why : DialFailure.values()) {
      fail(why);
      assertThat(watch.verdict()).isEqualTo(Verdict.UNKNOWN);
      tickToDial();
    }
  }

  @Test
  void a_dialled_connection_that_closes_and_a_dial_that_is_refused_mean_gone() {
    bothMet();
    ended(End.ACCEPTED, Ending.CLOSED);
    assertThat(done).containsExactly(new Dial());
    ended(End.DIALLED, Ending.CLOSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
    fail(DialFailure.REFUSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.GONE);
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void either_connection_tells_of_the_close(End first) {
    bothMet();
    ended(first, Ending.CLOSED);
    assertThat(done).containsExactly(new Dial());
    fail(DialFailure.REFUSED);
    assertThat(done).containsExactly(new Ping(first.other()));
    ended(first.other(), Ending.CLOSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.GONE);
  }

  @Test
  void a_connection_that_stays_open_and_mute_does_not_stand_against_it_for_long() {
    bothMet();
    ended(End.DIALLED, Ending.CLOSED);
    fail(DialFailure.REFUSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
    tick(24);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
    tick(1);
    assertThat(watch.verdict()).isEqualTo(Verdict.GONE);
  }

  @Test
  void a_connection_that_answers_stands_against_it() {
    bothMet();
    ended(End.DIALLED, Ending.CLOSED);
    fail(DialFailure.REFUSED);
    heard(End.ACCEPTED, true);
    tick(1000);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
    fail(DialFailure.REFUSED);
    ended(End.ACCEPTED, Ending.CLOSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.SILENT); // its refusals mean nothing any more
  }

  @Test
  void what_was_sent_before_the_death_and_is_read_after_it_does_not_stand_against_it() {
    bothMet();
    ended(End.DIALLED, Ending.CLOSED);
    fail(DialFailure.REFUSED);
    heard(End.ACCEPTED, false);
    ended(End.ACCEPTED, Ending.CLOSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.GONE);
  }

  @Test
  void a_forged_close_costs_a_dial_and_nothing_else() {
    bothMet();
    ended(End.DIALLED, Ending.CLOSED);
    assertThat(done).containsExactly(new Dial());
    meet(End.DIALLED, FIRST);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
    tick(1);
    assertThat(done).doesNotContain(new Dial());
  }

  @ParameterizedTest
  @EnumSource(
      value = DialFailure.class,
      names = {"TIMED_OUT", "UNREACHABLE", "OTHER_KEY", "MISDIRECTED"})
  void a_close_without_a_refusal_is_silence(DialFailure why) {
    bothMet();
    ended(End.ACCEPTED, Ending.CLOSED);
    ended(End.DIALLED, Ending.CLOSED);
    fail(why);
    assertThat(watch.verdict()).isEqualTo(Verdict.SILENT);
    tickToDial();
    fail(DialFailure.REFUSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.SILENT); // too late: VRRP has long decided
  }

  @Test
  void a_backlog_that_dies_with_the_process_is_asked_again() {
    bothMet();
    ended(End.ACCEPTED, Ending.CLOSED);
    ended(End.DIALLED, Ending.CLOSED);
    fail(DialFailure.CUT_SHORT);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
    tick(1);
    assertThat(done).containsExactly(new Dial());
    fail(DialFailure.REFUSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.GONE);
  }

  @Test
  void five_connections_that_are_cut_short_within_100_ms_are_silence() {
    bothMet();
    ended(End.ACCEPTED, Ending.CLOSED);
    ended(End.DIALLED, Ending.CLOSED);
    long beganMs = nowMs;
    for (int i = 1; i < 5; i++) {
      fail(DialFailure.CUT_SHORT);
      assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
      tickToDial();
    }
    fail(DialFailure.CUT_SHORT);
    assertThat(watch.verdict()).isEqualTo(Verdict.SILENT);
    assertThat(nowMs - beganMs).isEqualTo(100);
  }

  @Test
  void a_refusal_from_before_the_close_is_none() {
    meet(End.DIALLED, FIRST);
    meet(End.ACCEPTED, FIRST);
    ended(End.DIALLED, Ending.CUT); // the dial that follows is under way
    tick(1);
    ended(End.ACCEPTED, Ending.CLOSED);
    fail(DialFailure.REFUSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
    assertThat(done).containsExactly(new Dial());
    fail(DialFailure.REFUSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.GONE);
  }

  @Test
  void a_peer_whose_listener_was_never_reached_is_never_gone() {
    fail(DialFailure.REFUSED);
    meet(End.ACCEPTED, FIRST);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
    fail(DialFailure.REFUSED);
    ended(End.ACCEPTED, Ending.CLOSED);
    fail(DialFailure.REFUSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.SILENT);
  }

  @Test
  void a_half_open_link_is_silence_after_three_seconds() {
    bothMet();
    for (int i = 0; i < 29; i++) {
      tick(100);
      assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
    }
    tick(100);
    assertThat(watch.verdict()).isEqualTo(Verdict.SILENT);
    assertThat(done).contains(new Drop(End.DIALLED), new Drop(End.ACCEPTED), new Dial());
    fail(DialFailure.REFUSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.SILENT);
  }

  @Test
  void one_connection_that_is_heard_keeps_the_peer_alive() {
    bothMet();
    for (int i = 0; i < 40; i++) {
      heard(End.ACCEPTED, false);
      tick(100);
      if (done.contains(new Dial())) {
        fail(DialFailure.TIMED_OUT);
      }
    }
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
  }

  @Test
  void our_own_pause_is_not_the_peers_silence() {
    bothMet();
    tick(1000);
    tick(60_000);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
    assertThat(done).doesNotContain(new Drop(End.DIALLED));
    heard(End.DIALLED, true);
    tick(2900);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
  }

  @Test
  void an_error_of_the_network_is_silence() {
    bothMet();
    ended(End.ACCEPTED, Ending.CUT);
    ended(End.DIALLED, Ending.CUT);
    assertThat(watch.verdict()).isEqualTo(Verdict.SILENT);
    fail(DialFailure.REFUSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.SILENT);
  }

  @Test
  void who_says_goodbye_is_leaving_until_another_process_comes() {
    bothMet();
    done = watch.on(new SaidGoodbye(at(1), End.ACCEPTED, GoodbyeReason.RESTART));
    assertThat(watch.verdict()).isEqualTo(Verdict.LEAVING);
    ended(End.DIALLED, Ending.CLOSED);
    ended(End.ACCEPTED, Ending.CLOSED);
    tickToDial();
    fail(DialFailure.REFUSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.LEAVING);
    assertThat(watch.leaving()).contains(GoodbyeReason.RESTART);
    meet(End.ACCEPTED, SECOND);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
    assertThat(watch.leaving()).isEmpty();
  }

  @Test
  void who_has_said_goodbye_and_is_met_again_is_still_leaving() {
    bothMet();
    done = watch.on(new SaidGoodbye(at(1), End.DIALLED, GoodbyeReason.STOP));
    ended(End.DIALLED, Ending.CLOSED);
    meet(End.DIALLED, FIRST);
    assertThat(watch.verdict()).isEqualTo(Verdict.LEAVING);
  }

  @Test
  void a_lifeline_tells_of_the_death_while_connections_are_still_open() {
    bothMet();
    die();
    assertThat(watch.verdict()).isEqualTo(Verdict.GONE);
    assertThat(done).containsExactly(new Ping(End.DIALLED), new Ping(End.ACCEPTED));
    ended(End.ACCEPTED, Ending.CLOSED);
    ended(End.DIALLED, Ending.CLOSED);
    assertThat(done).contains(new Dial());
    fail(DialFailure.CUT_SHORT); // its listener is the last to be closed
    assertThat(watch.verdict()).isEqualTo(Verdict.GONE);
    tickToDial();
    fail(DialFailure.TIMED_OUT);
    assertThat(watch.verdict()).isEqualTo(Verdict.SILENT);
  }

  @Test
  void a_process_that_answers_has_not_died() {
    bothMet();
    die();
    heard(End.ACCEPTED, false);
    assertThat(watch.verdict()).as("it may have been sent before").isEqualTo(Verdict.GONE);
    heard(End.ACCEPTED, true);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
  }

  @Test
  void after_a_false_alarm_the_listener_is_still_believed() {
    bothMet();
    die();
    heard(End.DIALLED, true);
    ended(End.ACCEPTED, Ending.CLOSED);
    ended(End.DIALLED, Ending.CLOSED);
    fail(DialFailure.REFUSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.GONE);
  }

  @Test
  void the_death_of_another_process_is_not_this_ones() {
    meet(End.DIALLED, SECOND);
    die();
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
  }

  @Test
  void who_has_said_goodbye_does_not_die() {
    bothMet();
    done = watch.on(new SaidGoodbye(at(1), End.ACCEPTED, GoodbyeReason.STOP));
    die();
    assertThat(watch.verdict()).isEqualTo(Verdict.LEAVING);
  }

  @Test
  void a_peer_that_restarts_is_gone_and_then_alive_as_another() {
    bothMet();
    ended(End.DIALLED, Ending.CLOSED);
    ended(End.ACCEPTED, Ending.CLOSED);
    fail(DialFailure.REFUSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.GONE);
    meet(End.ACCEPTED, SECOND);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
    assertThat(watch.startId()).isEqualTo(OptionalLong.of(SECOND));
    assertThat(done).contains(new Dial());
  }

  @Test
  void a_peer_that_is_back_before_the_dial_was_never_gone() {
    bothMet();
    ended(End.DIALLED, Ending.CLOSED);
    meet(End.DIALLED, SECOND);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
    assertThat(watch.startId()).isEqualTo(OptionalLong.of(SECOND));
    assertThat(done).contains(new Drop(End.ACCEPTED)); // of the first process
    assertThat(watch.isFormer(FIRST)).isTrue();
  }

  @Test
  void a_new_process_has_to_be_reached_by_a_dial_before_a_refusal_counts() {
    bothMet();
    meet(End.ACCEPTED, SECOND);
    fail(DialFailure.REFUSED);
    ended(End.ACCEPTED, Ending.CLOSED);
    fail(DialFailure.REFUSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.SILENT);
  }

  @Test
  void a_host_that_dies_after_its_process_is_silent() {
    bothMet();
    ended(End.DIALLED, Ending.CLOSED);
    ended(End.ACCEPTED, Ending.CLOSED);
    fail(DialFailure.REFUSED);
    tickToDial();
    fail(DialFailure.REFUSED);
    assertThat(watch.verdict()).isEqualTo(Verdict.GONE);
    tickToDial();
    fail(DialFailure.TIMED_OUT);
    assertThat(watch.verdict()).isEqualTo(Verdict.SILENT);
  }

  @Test
  void the_pauses_between_dials_in_vain_grow_from_one_second_to_five() {
    for (int expectedMs : new int[] {1000, 2000, 4000, 5000, 5000}) {
      fail(DialFailure.TIMED_OUT);
      long failedMs = nowMs;
      tickToDial();
      assertThat(nowMs - failedMs).isEqualTo(expectedMs);
    }
  }

  @Test
  void the_connection_that_we_dialled_is_pinged_every_second() {
    bothMet();
    int pings = 0;
    for (int i = 0; i < 50; i++) {
      tick(100);
      pings += done.contains(new Ping(End.DIALLED)) ? 1 : 0;
      heard(End.DIALLED, true);
      heard(End.ACCEPTED, false);
    }
    assertThat(pings).isEqualTo(5);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
  }

  private void bothMet() {
    meet(End.DIALLED, FIRST);
    assertThat(done).containsExactly(new Ping(End.DIALLED));
    meet(End.ACCEPTED, FIRST);
    assertThat(watch.verdict()).isEqualTo(Verdict.ALIVE);
  }

  private void meet(End end, long startId) {
    done = watch.on(new Met(at(0), end, startId));
  }

  private void ended(End end, Ending how) {
    done = watch.on(new Ended(at(0), end, how));
  }

  private void fail(DialFailure why) {
    done = watch.on(new DialFailed(at(0), why));
  }

  private void die() {
    done = watch.on(new Died(at(0), FIRST));
  }

  private void heard(End end, boolean answers) {
    done = watch.on(new Heard(at(0), end, answers));
  }

  private void tick(long afterMs) {
    done = watch.on(new Ticked(at(afterMs)));
  }

  /** Lets time pass in steps until it dials. */
  private void tickToDial() {
    for (int i = 0; i < 10_000; i++) {
      tick(1);
      if (done.contains(new Dial())) {
        return;
      }
    }
    throw new AssertionError("does not dial");
  }

  private long at(long afterMs) {
    nowMs += afterMs;
    return START_NS + nowMs * 1_000_000;
  }
}
