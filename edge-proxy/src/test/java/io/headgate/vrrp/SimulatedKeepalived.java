package io.headgate.vrrp;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A peer without sync groups: RFC 9568 6.4 by the letter, once for IPv4 and once for IPv6, neither
 * knowing of the other. Written apart from the election, to be compared with.
 */
final class SimulatedKeepalived extends Participant {
  private final SimulatedEdge.Wire wire;
  private final long intervalNs;
  private final boolean preempt;
  private final Map<Family, Machine> machines = new EnumMap<>(Family.class);

  SimulatedKeepalived(
      int number,
      Map<Family, InetAddress> sources,
      Map<Family, Integer> priorities,
      long intervalNs,
      boolean preempt,
      SimulatedEdge.Wire wire) {
    super(number, sources);
    this.wire = wire;
    this.intervalNs = intervalNs;
    this.preempt = preempt;
    priorities.forEach((family, priority) -> machines.put(family, new Machine(family, priority)));
  }

  @Override
  void start(long nowNs) {
    alive = true;
    machines.values().forEach(machine -> machine.start(nowNs));
  }

  @Override
  void crash() {
    forget();
    machines.values().forEach(machine -> machine.active = false);
  }

  @Override
  void heard(ElectionEvent.Heard heard, long nowNs) {
    Machine machine = machines.get(heard.family());
    if (machine != null) {
      machine.heard(heard, nowNs);
    }
  }

  @Override
  void timeReached(long nowNs) {
    machines.values().forEach(machine -> machine.timeReached(nowNs));
  }

  @Override
  OptionalLong wakeAtNs() {
    return machines.values().stream().mapToLong(machine -> machine.atNs).min();
  }

  @Override
  boolean owns(Family family) {
    Machine machine = machines.get(family);
    return machine != null && machine.active;
  }

  @Override
  boolean isFit() {
    return alive;
  }

  boolean shouldPreempt(Family family, int activePriority) {
    Machine machine = machines.get(family);
    return preempt && machine != null && !machine.active && machine.priority > activePriority;
  }

  int priority(Family family) {
    Machine machine = machines.get(family);
    return machine == null ? 0 : machine.priority;
  }

  private final class Machine {
    private final Family family;
    private final int priority;
    private boolean active;
    private long activeIntervalNs;
    private long atNs;

    Machine(Family family, int priority) {
      this.family = family;
      this.priority = priority;
    }

    void start(long nowNs) {
      active = false;
      activeIntervalNs = intervalNs;
      atNs = nowNs + downNs();
    }

    private long skewNs() {
      return (256 - priority) * activeIntervalNs / 256;
    }

    private long downNs() {
      return 3 * activeIntervalNs + skewNs();
    }

    private void send() {
      wire.send(
          SimulatedKeepalived.this,
          family,
          Adverts.advert(family, priority, Duration.ofNanos(intervalNs)));
    }

    void timeReached(long nowNs) {
      if (nowNs - atNs >= 0) {
        active = true;
        send();
        atNs = nowNs + intervalNs;
      }
    }

    void heard(ElectionEvent.Heard heard, long nowNs) {
      if (active) {
        whileActive(heard, nowNs);
      } else if (heard.priority() == 0) {
        atNs = nowNs + skewNs();
      } else if (heard.priority() >= priority || !preempt) {
        follow(heard, nowNs);
      }
    }

    private boolean isHigher(InetAddress source) {
      byte[] own = requireNonNull(sources.get(family)).getAddress();
      return Arrays.compareUnsigned(source.getAddress(), own) > 0;
    }

    private void whileActive(ElectionEvent.Heard heard, long nowNs) {
      boolean better =
          heard.priority() > priority || (heard.priority() == priority && isHigher(heard.source()));
      if (better) {
        active = false;
        follow(heard, nowNs);
      } else {
        send();
      }
    }

    private void follow(ElectionEvent.Heard heard, long nowNs) {
      activeIntervalNs = heard.intervalNs();
      atNs = nowNs + downNs();
    }
  }
}
