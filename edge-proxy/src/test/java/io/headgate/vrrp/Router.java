package io.headgate.vrrp;

import io.headgate.vrrp.ElectionAction.Told;
import io.headgate.vrrp.ElectionEvent.Started;
import io.headgate.vrrp.ElectionEvent.TimeReached;
import io.headgate.vrrp.ElectionState.Active;
import io.headgate.vrrp.ElectionState.Backup;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An election in a test: it holds the time, the state, and the actions since they were asked for.
 */
final class Router {
  static final Duration SECOND = Duration.ofSeconds(1);
  static final InetAddress OWN = Adverts.ip("192.0.2.10");
  static final InetAddress OWN_IPV6 = Adverts.ip("fe80::10");
  static final InetAddress HIGHER = Adverts.ip("192.0.2.200");
  static final InetAddress LOWER = Adverts.ip("192.0.2.9");
  static final InetAddress HIGHER_IPV6 = Adverts.ip("fe80::20");
  static final InetAddress LOWER_IPV6 = Adverts.ip("fe80::9");

  ElectionState state;
  private long nowNs = Long.MAX_VALUE - 1_000_000_000L; // wraps after a second
  private final List<ElectionAction> actions = new ArrayList<>();

  Router(ElectionSettings settings) {
    state = ElectionState.initial(settings);
  }

  static ElectionSettings settings(int priority, boolean preempt) {
    return new ElectionSettings(
        3, SECOND, priority, preempt, Duration.ZERO, Map.of(Family.IPV4, OWN));
  }

  static ElectionSettings ofTwoFamilies(int priority) {
    return new ElectionSettings(
        3, SECOND, priority, true, Duration.ZERO, Map.of(Family.IPV4, OWN, Family.IPV6, OWN_IPV6));
  }

  static Router backup(int priority) {
    return new Router(settings(priority, true)).on(new Started()).forget();
  }

  static Router active(int priority) {
    return backup(priority).untilDue().forget();
  }

  Router on(ElectionEvent event) {
    Step step = Election.step(state, event, nowNs);
    state = step.next();
    actions.addAll(step.actions());
    return this;
  }

  Router hears(InetAddress source, int priority) {
    return hears(source, priority, SECOND);
  }

  Router hears(InetAddress source, int priority, Duration interval) {
    return on(Adverts.heard(source, priority, interval));
  }

  /** Wakes whenever the state asks for it. */
  Router after(Duration time) {
    long untilNs = nowNs + time.toNanos();
    while (state.wakeAtNs().isPresent() && state.wakeAtNs().getAsLong() - untilNs <= 0) {
      nowNs = state.wakeAtNs().getAsLong();
      on(new TimeReached());
    }
    nowNs = untilNs;
    return this;
  }

  Router untilDue() {
    return after(due());
  }

  /** Its thread stands still, and then its timer is looked at. */
  Router paused(Duration time) {
    nowNs += time.toNanos();
    return on(new TimeReached());
  }

  Router forget() {
    actions.clear();
    return this;
  }

  /** All since last asked, but for what is told. */
  List<ElectionAction> actions() {
    List<ElectionAction> done =
        actions.stream().filter(action -> !(action instanceof Told)).toList();
    actions.clear();
    return done;
  }

  List<Told> told() {
    return actions.stream().filter(Told.class::isInstance).map(Told.class::cast).toList();
  }

  boolean isActive() {
    return state instanceof Active;
  }

  boolean isBackup() {
    return state instanceof Backup;
  }

  /** How long until the timer of the RFC fires. */
  Duration due() {
    return switch (state) {
      case Backup backup -> Duration.ofNanos(backup.downAtNs() - nowNs);
      case Active active -> Duration.ofNanos(active.nextAdvertAtNs() - nowNs);
      case ElectionState.Initialize _, ElectionState.Hold _ -> Duration.ZERO;
    };
  }
}
