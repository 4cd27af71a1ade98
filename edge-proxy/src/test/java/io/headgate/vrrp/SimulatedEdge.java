package io.headgate.vrrp;

import io.headgate.vrrp.ElectionAction.AnnounceAddresses;
import io.headgate.vrrp.ElectionAction.ReleaseAddresses;
import io.headgate.vrrp.ElectionAction.SendAdvertisement;
import io.headgate.vrrp.ElectionAction.TakeAddresses;
import io.headgate.vrrp.ElectionAction.Told;
import io.headgate.vrrp.ElectionState.Active;
import io.headgate.vrrp.ElectionState.Backup;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** An edge of ours: the election and the little of an agent that acts on it. */
final class SimulatedEdge extends Participant {
  interface Wire {
    void send(Participant from, Family family, Advertisement advertisement);
  }

  private final Wire wire;
  private final Consumer<String> log;
  ElectionSettings settings;
  ElectionState state;
  private boolean owns;

  SimulatedEdge(int number, ElectionSettings settings, Wire wire, Consumer<String> log) {
    super(number, settings.sources());
    this.settings = settings;
    this.wire = wire;
    this.log = log;
    this.state = ElectionState.initial(settings);
  }

  void on(ElectionEvent event, long nowNs) {
    ElectionState before = state;
    Step step = Election.step(state, event, nowNs);
    state = step.next();
    step.actions().forEach(this::act);
    if (owns != (state instanceof Active)) {
      throw new AssertionError(before + " + " + event + " = " + step);
    }
  }

  private void act(ElectionAction action) {
    switch (action) {
      case SendAdvertisement(int priority) ->
          settings
              .families()
              .forEach(family ->
                  wire.send(this, family, Adverts.advert(family, priority, settings.interval())));
      case TakeAddresses _ -> owns = true;
      case ReleaseAddresses _ -> owns = false;
      case AnnounceAddresses _ -> {
        if (!owns) {
          throw new AssertionError("announces what it does not have");
        }
      }
      case Told(_, String words) -> log.accept(number + " " + words);
    }
  }

  @Override
  void start(long nowNs) {
    alive = true;
    state = ElectionState.initial(settings);
    on(new ElectionEvent.Started(), nowNs);
  }

  @Override
  void crash() {
    forget();
    owns = false;
  }

  @Override
  void heard(ElectionEvent.Heard heard, long nowNs) {
    on(heard, nowNs);
  }

  @Override
  void timeReached(long nowNs) {
    on(new ElectionEvent.TimeReached(), nowNs);
  }

  @Override
  OptionalLong wakeAtNs() {
    return state.wakeAtNs();
  }

  @Override
  boolean owns(Family family) {
    return owns;
  }

  @Override
  boolean isFit() {
    return alive && state.standing().priority() > 0;
  }

  /** Whether it should long have taken over from an Active of that priority. */
  boolean shouldPreempt(int priority) {
    return state instanceof Backup(Standing standing, _, _, _, _, _, _)
        && standing.preempts()
        && standing.priority() > priority;
  }
}
