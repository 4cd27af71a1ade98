package io.headgate.vrrp;

import static io.headgate.vrrp.Router.HIGHER;
import static io.headgate.vrrp.Router.HIGHER_IPV6;
import static io.headgate.vrrp.Router.LOWER;
import static io.headgate.vrrp.Router.LOWER_IPV6;
import static io.headgate.vrrp.Router.SECOND;
import static io.headgate.vrrp.Router.active;
import static io.headgate.vrrp.Router.backup;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.vrrp.ElectionAction.AnnounceAddresses;
import io.headgate.vrrp.ElectionAction.AnnounceReason;
import io.headgate.vrrp.ElectionAction.ReleaseAddresses;
import io.headgate.vrrp.ElectionAction.SendAdvertisement;
import io.headgate.vrrp.ElectionAction.TakeAddresses;
import io.headgate.vrrp.ElectionAction.Told;
import io.headgate.vrrp.ElectionAction.Topic;
import io.headgate.vrrp.ElectionEvent.PeerGone;
import io.headgate.vrrp.ElectionEvent.PriorityChanged;
import io.headgate.vrrp.ElectionEvent.Reclaim;
import io.headgate.vrrp.ElectionEvent.SettingsChanged;
import io.headgate.vrrp.ElectionEvent.Started;
import io.headgate.vrrp.ElectionEvent.Stopped;
import io.headgate.vrrp.ElectionEvent.TimeReached;
import io.headgate.vrrp.ElectionEvent.Yield;
import io.headgate.vrrp.ElectionState.Active;
import io.headgate.vrrp.ElectionState.Backup;
import io.headgate.vrrp.ElectionState.Hold;
import io.headgate.vrrp.ElectionState.Initialize;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ElectionTest {
  private static final ElectionAction TAKE = new TakeAddresses();
  private static final ElectionAction RELEASE = new ReleaseAddresses();
  private static final ElectionAction TOOK_OVER = new AnnounceAddresses(AnnounceReason.TOOK_OVER);
  private static final ElectionAction LOWER_HEARD =
      new AnnounceAddresses(AnnounceReason.LOWER_HEARD);
  private static final ElectionAction OTHER_LEFT = new AnnounceAddresses(AnnounceReason.OTHER_LEFT);
  private static final Duration SKEW_OF_100 = Duration.ofNanos(156_000_000_000L / 256);
  private static final Duration DOWN_OF_100 = Duration.ofSeconds(3).plus(SKEW_OF_100);
  private static final Duration TENTH = Duration.ofMillis(100);

  /**
   * @param due the timer afterwards: Active_Down_Timer or Adver_Timer; zero for none
   */
  private record Row(
      String words,
      Router router,
      UnaryOperator<Router> event,
      Class<? extends ElectionState> next,
      Duration due,
      List<ElectionAction> actions) {}

  @TestFactory
  Stream<DynamicTest> rfc_9568_section_6_4() {
    return Stream.concat(Stream.concat(initialize(), whileBackup()), whileActive())
        .map(row -> DynamicTest.dynamicTest(row.words(), () -> check(row)));
  }

  private static void check(Row row) {
    Router router = row.event().apply(row.router());
    assertThat(router.state).isInstanceOf(row.next());
    assertThat(router.actions()).isEqualTo(row.actions());
    Duration due = router.due();
    assertThat(due).isEqualTo(row.due());
  }

  private static Stream<Row> initialize() {
    return Stream.of(
        row(
            "Initialize: Startup event, Priority 255",
            fresh(255, true),
            router -> router.on(new Started()),
            Active.class,
            SECOND,
            send(255),
            TAKE,
            TOOK_OVER),
        row(
            "Initialize: Startup event, Priority not 255",
            fresh(100, true),
            router -> router.on(new Started()),
            Backup.class,
            DOWN_OF_100),
        nothing("Initialize: Shutdown event", fresh(100, true), r -> r.on(new Stopped())),
        nothing("Initialize: ADVERTISEMENT", fresh(100, true), r -> r.hears(HIGHER, 200)),
        nothing("Initialize: a timer", fresh(100, true), r -> r.on(new TimeReached())));
  }

  private static Stream<Row> whileBackup() {
    return Stream.of(
        row(
            "Backup: Shutdown event",
            backup(100),
            router -> router.on(new Stopped()),
            Initialize.class,
            Duration.ZERO),
        row(
            "Backup: Active_Down_Timer fires",
            backup(100),
            Router::untilDue,
            Active.class,
            SECOND,
            send(100),
            TAKE,
            TOOK_OVER),
        row(
            "Backup: Active_Down_Timer does not fire yet",
            backup(100),
            router -> router.after(DOWN_OF_100.minusNanos(1)).on(new TimeReached()),
            Backup.class,
            Duration.ofNanos(1)),
        row(
            "Backup: ADVERTISEMENT, Priority 0: Active_Down_Timer = Skew_Time",
            backup(100).hears(HIGHER, 200).after(TENTH),
            router -> router.hears(HIGHER, 0),
            Backup.class,
            SKEW_OF_100),
        row(
            "Backup: ADVERTISEMENT, Priority greater: reset",
            backup(100).after(SECOND),
            router -> router.hears(LOWER, 200),
            Backup.class,
            DOWN_OF_100),
        row(
            "Backup: ADVERTISEMENT, Priority equal: reset, whatever the address",
            backup(100).after(SECOND),
            router -> router.hears(LOWER, 100),
            Backup.class,
            DOWN_OF_100),
        row(
            "Backup: ADVERTISEMENT, Priority less, Preempt_Mode False: reset",
            notPreempting(100).after(SECOND),
            router -> router.hears(LOWER, 50),
            Backup.class,
            DOWN_OF_100),
        row(
            "Backup: ADVERTISEMENT, Priority less, Preempt_Mode True: discard",
            backup(100).after(SECOND),
            router -> router.hears(HIGHER, 50),
            Backup.class,
            DOWN_OF_100.minus(SECOND)),
        row(
            "Backup: Active_Adver_Interval is adopted, and the skew with it",
            backup(100),
            router -> router.hears(HIGHER, 200, TENTH),
            Backup.class,
            DOWN_OF_100.dividedBy(10)),
        nothing("Backup: Startup event", backup(100), r -> r.on(new Started())));
  }

  private static Stream<Row> whileActive() {
    return Stream.of(
        row(
            "Active: Shutdown event",
            active(100),
            router -> router.on(new Stopped()),
            Initialize.class,
            Duration.ZERO,
            RELEASE,
            send(0)),
        row(
            "Active: Adver_Timer fires",
            active(100),
            Router::untilDue,
            Active.class,
            SECOND,
            send(100)),
        row(
            "Active: ADVERTISEMENT, Priority 0: send, reset Adver_Timer",
            active(100).after(TENTH),
            router -> router.hears(HIGHER, 0),
            Active.class,
            SECOND,
            send(100),
            OTHER_LEFT),
        row(
            "Active: ADVERTISEMENT, Priority greater: Backup",
            active(100).after(TENTH),
            router -> router.hears(LOWER, 101),
            Backup.class,
            DOWN_OF_100,
            RELEASE,
            send(100)),
        row(
            "Active: ADVERTISEMENT, Priority greater, Preempt_Mode False: Backup nevertheless",
            notPreempting(100).untilDue().forget(),
            router -> router.hears(LOWER, 101),
            Backup.class,
            DOWN_OF_100,
            RELEASE,
            send(100)),
        row(
            "Active: ADVERTISEMENT, Priority greater: its interval is adopted",
            active(100).after(TENTH),
            router -> router.hears(LOWER, 101, TENTH),
            Backup.class,
            DOWN_OF_100.dividedBy(10),
            RELEASE,
            send(100)),
        row(
            "Active: ADVERTISEMENT, Priority equal, sender's address greater: Backup",
            active(100),
            router -> router.hears(HIGHER, 100), // 200 is negative as a byte
            Backup.class,
            DOWN_OF_100,
            RELEASE,
            send(100)),
        row(
            "Active: ADVERTISEMENT, Priority equal, sender's address less: discard, send",
            active(100).after(TENTH),
            router -> router.hears(LOWER, 100),
            Active.class,
            SECOND.minus(TENTH),
            send(100),
            LOWER_HEARD),
        row(
            "Active: ADVERTISEMENT, Priority less: discard, send",
            active(100).after(TENTH),
            router -> router.hears(HIGHER, 99),
            Active.class,
            SECOND.minus(TENTH),
            send(100),
            LOWER_HEARD),
        nothing("Active: Startup event", active(100), r -> r.on(new Started())));
  }

  @Test
  void version_2_has_a_skew_of_its_own_and_adopts_nothing() {
    var settings =
        new ElectionSettings(
            2, Duration.ofSeconds(2), 100, true, Duration.ZERO, Map.of(Family.IPV4, Router.OWN));
    Router router = new Router(settings).on(new Started());
    assertThat(router.due()).isEqualTo(Duration.ofSeconds(6).plus(SKEW_OF_100));
    assertThat(router.hears(HIGHER, 200, SECOND).due())
        .isEqualTo(Duration.ofSeconds(6).plus(SKEW_OF_100));
  }

  @Test
  void backups_of_the_shortest_interval_still_differ_in_their_skew() {
    Duration first = backup(254).hears(HIGHER, 255, Duration.ofMillis(10)).due();
    Duration second = backup(250).hears(HIGHER, 255, Duration.ofMillis(10)).due();
    assertThat(second.minus(first)).isEqualTo(Duration.ofNanos(156_250));
  }

  @Test
  void an_owner_preempts_whatever_it_is_set_to() {
    Router router = new Router(Router.settings(255, false)).on(new PriorityChanged(254));
    router.on(new Started()).hears(LOWER, 100).on(new PriorityChanged(255)).forget();
    router.after(SECOND.multipliedBy(2)).hears(LOWER, 100).after(SECOND.multipliedBy(2));
    assertThat(router.isActive()).isTrue();
  }

  @Test
  void a_second_owner_is_told_and_settled_by_address() {
    Router router = fresh(255, true).on(new Started()).forget().hears(HIGHER, 255);
    assertThat(router.isBackup()).isTrue();
    router.forget().hears(HIGHER_IPV6, 255).hears(HIGHER, 255);
    assertThat(router.state).isInstanceOf(Backup.class);
  }

  /** One packet may be lost, or go a way that is still cut while the other has healed. */
  @Test
  void who_has_given_way_says_so_again_when_it_hears_the_winner() {
    Router router = active(100).hears(HIGHER, 200);
    assertThat(router.actions()).containsExactly(RELEASE, send(100));
    assertThat(router.hears(HIGHER, 200).actions()).as("an answer to the first").isEmpty();
    router.after(SECOND.dividedBy(2));
    for (int i = 0; i < 3; i++) {
      assertThat(router.hears(HIGHER, 200).actions()).containsExactly(send(100));
      assertThat(router.hears(HIGHER, 200).actions()).isEmpty();
      router.after(SECOND);
    }
    assertThat(router.hears(HIGHER, 200).actions()).isEmpty();
  }

  @Test
  void who_has_given_way_says_nothing_when_the_winner_has_left() {
    Router router = active(100).hears(HIGHER, 200).hears(HIGHER, 0).forget();
    assertThat(router.after(SECOND.dividedBy(2)).hears(HIGHER, 200).actions()).isEmpty();
  }

  @Test
  void who_has_given_way_demotes_nobody_of_the_other_family() {
    Router router = new Router(Router.ofTwoFamilies(100)).on(new Started()).untilDue();
    router.hears(HIGHER_IPV6, 200).after(SECOND.dividedBy(2)).forget();
    assertThat(router.hears(HIGHER_IPV6, 200).actions()).isEmpty();
    assertThat(router.hears(LOWER, 50).hears(HIGHER_IPV6, 200).actions()).isEmpty();
  }

  @Test
  void the_preempt_delay_begins_with_the_first_lower_advert() {
    Router router = delayed(Duration.ofSeconds(5)).after(SECOND).hears(LOWER, 50);
    assertThat(router.told()).extracting(Told::topic).containsExactly(Topic.PREEMPT_DELAY);
    for (int i = 0; i < 5; i++) {
      router.after(SECOND).hears(LOWER, 50);
    }
    assertThat(router.isBackup()).isTrue();
    assertThat(router.due()).isEqualTo(DOWN_OF_100.minus(SECOND)); // discarded since 5 s
  }

  @Test
  void the_preempt_delay_does_not_wait_for_a_dead_active() {
    Router router = delayed(Duration.ofMinutes(5)).hears(LOWER, 50).after(DOWN_OF_100);
    assertThat(router.isActive()).isTrue();
  }

  @Test
  void the_preempt_delay_starts_anew_after_a_better_active() {
    Router router = delayed(Duration.ofSeconds(2)).hears(LOWER, 50).after(SECOND);
    router.hears(HIGHER, 200).after(SECOND.multipliedBy(2)).hears(LOWER, 50);
    assertThat(router.due()).isEqualTo(DOWN_OF_100);
  }

  @Test
  void the_unfit_leaves_and_stays_out() {
    Router router = active(100).on(new PriorityChanged(0));
    assertThat(router.state).isInstanceOf(Hold.class);
    assertThat(router.actions()).containsExactly(RELEASE, send(0));
    router.hears(LOWER, 1).after(Duration.ofHours(1)).on(new Started()).on(new TimeReached());
    assertThat(router.state).isInstanceOf(Hold.class);
    router.on(new PriorityChanged(100));
    assertThat(router.due()).isEqualTo(DOWN_OF_100);
    assertThat(router.actions()).isEmpty();
  }

  @Test
  void who_starts_unfit_holds() {
    Router router = fresh(100, true).on(new PriorityChanged(0)).on(new Started());
    assertThat(router.state).isInstanceOf(Hold.class);
    assertThat(router.on(new Stopped()).state).isInstanceOf(Initialize.class);
  }

  @Test
  void a_changed_priority_keeps_the_role() {
    Router router = active(100).on(new PriorityChanged(50));
    assertThat(router.isActive()).isTrue();
    assertThat(router.untilDue().actions()).containsExactly(send(50));
    assertThat(backup(100).on(new PriorityChanged(50)).isBackup()).isTrue();
  }

  @Test
  void changed_settings_keep_the_role_and_a_lowered_priority() {
    var faster =
        new ElectionSettings(3, TENTH, 200, true, Duration.ZERO, Map.of(Family.IPV4, Router.OWN));
    Router router = active(100).on(new SettingsChanged(faster));
    assertThat(router.due()).isEqualTo(TENTH);
    assertThat(router.untilDue().actions()).containsExactly(send(200));
    Router lowered = active(100).on(new PriorityChanged(50)).on(new SettingsChanged(faster));
    assertThat(lowered.untilDue().actions()).containsExactly(send(50));
  }

  @Test
  void changed_settings_leave_a_backup_with_the_interval_that_it_adopted() {
    Router router = backup(100).hears(HIGHER, 200).on(new SettingsChanged(faster()));
    assertThat(router.due()).isEqualTo(DOWN_OF_100);
    Router alone = backup(100).on(new SettingsChanged(faster()));
    assertThat(alone.due()).isEqualTo(DOWN_OF_100.dividedBy(10));
  }

  @Test
  void the_best_backup_takes_over_at_once_from_a_process_that_died() {
    Router router = backup(100).hears(HIGHER, 200).forget();
    router.on(new PeerGone(Set.of(HIGHER), 99));
    assertThat(router.actions()).containsExactly(send(100), TAKE, TOOK_OVER);
  }

  @Test
  void another_backup_waits_for_its_skew() {
    Router router = backup(100).hears(HIGHER, 200).forget();
    router.on(new PeerGone(Set.of(HIGHER), 100));
    assertThat(router.actions()).isEmpty();
    assertThat(router.due()).isEqualTo(SKEW_OF_100);
  }

  @Test
  void a_peer_that_did_not_serve_may_die_unnoticed() {
    Router router = backup(100).hears(HIGHER, 200);
    assertThat(router.on(new PeerGone(Set.of(LOWER), 0)).due()).isEqualTo(DOWN_OF_100);
    assertThat(backup(100).on(new PeerGone(Set.of(LOWER), 0)).due()).isEqualTo(DOWN_OF_100);
    assertThat(active(100).on(new PeerGone(Set.of(LOWER), 0)).actions()).isEmpty();
  }

  @Test
  void the_dead_peer_need_be_known_by_one_family_only() {
    Router router = twoFamilies(100).hears(HIGHER, 200).hears(HIGHER_IPV6, 200);
    assertThat(router.on(new PeerGone(Set.of(HIGHER), 0)).isActive()).isTrue();
    Router other = twoFamilies(100).hears(HIGHER, 200).hears(HIGHER_IPV6, 200);
    assertThat(other.on(new PeerGone(Set.of(HIGHER, LOWER_IPV6), 0)).isBackup()).isTrue();
  }

  @Test
  void who_hands_over_serves_until_another_does() {
    Router router = active(100).on(new Yield());
    assertThat(router.actions()).containsExactly(send(1));
    assertThat(router.untilDue().actions()).containsExactly(send(1));
    router.hears(LOWER, 2);
    assertThat(router.actions()).containsExactly(RELEASE, send(1));
    router.after(SECOND).hears(LOWER, 2); // and takes nothing back, although it preempts
    assertThat(router.due()).isEqualTo(DOWN_OF_100);
    assertThat(router.after(DOWN_OF_100).actions()).containsExactly(send(100), TAKE, TOOK_OVER);
  }

  @Test
  void what_is_handed_over_is_taken_after_a_skew_even_without_preempting() {
    Router router = notPreempting(100).hears(HIGHER, 200).hears(HIGHER, 1);
    assertThat(router.due()).isEqualTo(SKEW_OF_100);
    assertThat(router.after(TENTH).hears(HIGHER, 1).due()).isEqualTo(SKEW_OF_100.minus(TENTH));
  }

  @Test
  void a_handover_can_be_taken_back() {
    Router router = active(100).on(new Yield()).forget().on(new Reclaim());
    assertThat(router.actions()).containsExactly(send(100));
    assertThat(router.hears(LOWER, 2).isActive()).isTrue();
  }

  @Test
  void only_the_active_that_is_heard_can_leave() {
    Router router = backup(100).hears(HIGHER, 200).hears(LOWER, 0);
    assertThat(router.due()).isEqualTo(DOWN_OF_100);
  }

  @Test
  void a_late_active_listens_before_it_speaks_for_itself() {
    Router router = active(100).paused(Duration.ofSeconds(3));
    assertThat(router.actions()).containsExactly(RELEASE, send(0));
    assertThat(router.isBackup()).isTrue();
    assertThat(router.due()).isEqualTo(Duration.ofMillis(1500).plus(SKEW_OF_100));
  }

  @Test
  void an_active_that_is_less_late_goes_on() {
    Router router = active(100).paused(Duration.ofMillis(2999));
    assertThat(router.actions()).containsExactly(send(100));
    assertThat(router.due()).isEqualTo(SECOND);
  }

  @Test
  void a_late_active_takes_what_it_hears_for_what_a_backup_hears() {
    Router router = active(100).after(Duration.ZERO);
    router.paused(Duration.ofSeconds(4)).hears(LOWER, 150);
    assertThat(router.due()).isEqualTo(DOWN_OF_100);
  }

  @Test
  void a_late_backup_calls_nobody_dead() {
    Router router = backup(100).hears(HIGHER, 200).paused(Duration.ofSeconds(9));
    assertThat(router.isBackup()).isTrue();
    assertThat(router.untilDue().isActive()).isTrue();
  }

  @Test
  void a_backup_that_stood_still_just_until_its_timer_calls_nobody_dead() {
    Router router = backup(100).hears(HIGHER, 200).after(SECOND).forget();
    router.paused(DOWN_OF_100.minus(SECOND).plusMillis(1));
    assertThat(router.isBackup()).isTrue();
    assertThat(router.told()).extracting(Told::topic).containsExactly(Topic.LATE);
    assertThat(router.due()).isEqualTo(Duration.ofMillis(1500).plus(SKEW_OF_100));
  }

  @Test
  void a_backup_that_is_a_little_late_takes_over() {
    Router router = backup(100).after(SECOND.multipliedBy(3));
    router.paused(SKEW_OF_100.plusMillis(100));
    assertThat(router.isActive()).isTrue();
  }

  @Test
  void the_interval_of_an_active_is_told_once() {
    Router router = backup(100).hears(HIGHER, 200, TENTH).after(TENTH).hears(HIGHER, 200, TENTH);
    assertThat(router.told()).extracting(Told::topic).containsExactly(Topic.PEER_INTERVAL);
  }

  @Test
  void one_family_that_is_heard_is_enough() {
    Router router = twoFamilies(100).hears(HIGHER, 200);
    for (int i = 0; i < 9; i++) {
      router.after(SECOND).hears(HIGHER_IPV6, 200);
    }
    assertThat(router.isBackup()).isTrue();
    assertThat(router.after(DOWN_OF_100).isActive()).isTrue();
  }

  @Test
  void the_better_by_either_family_is_the_better() {
    assertThat(twoFamilies(100).untilDue().hears(LOWER_IPV6, 101).isBackup()).isTrue();
    assertThat(twoFamilies(100).untilDue().hears(LOWER, 101).isBackup()).isTrue();
  }

  @Test
  void the_longer_interval_of_two_families_counts_while_it_is_heard() {
    Router router = twoFamilies(100).hears(HIGHER, 200).hears(HIGHER_IPV6, 200, TENTH);
    assertThat(router.due()).isEqualTo(DOWN_OF_100);
  }

  @Test
  void a_tie_by_the_second_family_is_lost_only_to_who_goes_on() {
    assertThat(intervalsUntilBackup(HIGHER_IPV6)).isEqualTo(Tie.LOSER_INTERVALS);
    assertThat(intervalsUntilBackup(LOWER_IPV6)).isEqualTo(Tie.WINNER_INTERVALS);
  }

  @Test
  void nobody_answers_at_once_by_the_second_family() {
    Router router = twoFamilies(100).untilDue().forget().hears(LOWER_IPV6, 100);
    assertThat(router.actions()).isEmpty();
  }

  @Test
  void a_family_that_is_not_ours_any_more_says_nothing() {
    assertThat(active(100).hears(HIGHER_IPV6, 200).isActive()).isTrue();
  }

  private static int intervalsUntilBackup(InetAddress rival) {
    Router router = twoFamilies(100).untilDue().forget();
    for (int intervals = 0; intervals < 20; intervals++) {
      if (router.hears(rival, 100).isBackup()) {
        return intervals;
      }
      router.after(SECOND);
    }
    throw new AssertionError("never");
  }

  private static Row row(
      String words,
      Router router,
      UnaryOperator<Router> event,
      Class<? extends ElectionState> next,
      Duration due,
      ElectionAction... actions) {
    return new Row(words, router.forget(), event, next, due, List.of(actions));
  }

  private static Row nothing(String words, Router router, UnaryOperator<Router> event) {
    Duration due = router.due();
    return new Row(words, router, event, router.state.getClass(), due, List.of());
  }

  private static Router fresh(int priority, boolean preempt) {
    return new Router(Router.settings(priority, preempt));
  }

  private static Router notPreempting(int priority) {
    return fresh(priority, false).on(new Started()).forget();
  }

  private static Router twoFamilies(int priority) {
    return new Router(Router.ofTwoFamilies(priority)).on(new Started()).forget();
  }

  private static Router delayed(Duration delay) {
    var settings =
        new ElectionSettings(3, SECOND, 100, true, delay, Map.of(Family.IPV4, Router.OWN));
    return new Router(settings).on(new Started()).forget();
  }

  private static ElectionSettings faster() {
    return new ElectionSettings(
        3, TENTH, 100, true, Duration.ZERO, Map.of(Family.IPV4, Router.OWN));
  }

  private static ElectionAction send(int priority) {
    return new SendAdvertisement(priority);
  }
}
