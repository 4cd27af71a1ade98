package io.headgate.health;

import io.headgate.model.PassiveStatus;
import java.time.Duration;

/**
 * What connections have met at one address, and what follows: after {@link #FAILURES_TO_EJECT}
 * failures in a row the address is ejected, and after that with every failure again, each time for
 * twice as long. Pure; times are of {@code System.nanoTime}.
 *
 * @param ejectedUntilNs meaningful only when {@code ejections} is not 0
 */
record PassiveObservation(
    int connectFailures, int ejections, long ejectedUntilNs, long lastFailureNs) {
  static final int FAILURES_TO_EJECT = 3;
  static final Duration SHORTEST_EJECTION = Duration.ofSeconds(5);
  static final Duration LONGEST_EJECTION = Duration.ofSeconds(60);

  /** Without a failure for so long, the past is forgotten. */
  static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(5);

  static PassiveObservation firstFailure(long nowNs) {
    return new PassiveObservation(1, 0, 0, nowNs);
  }

  PassiveObservation failed(long nowNs) {
    if (forgotten(nowNs)) {
      return firstFailure(nowNs);
    }
    int failures = Math.addExact(connectFailures, 1);
    boolean ejects = ejections > 0 || failures >= FAILURES_TO_EJECT;
    // Connections that were on their way when the ejection began also fail, and are no new news.
    return ejects && !status().ejected(nowNs)
        ? new PassiveObservation(
            failures, ejections + 1, nowNs + ejection(ejections + 1).toNanos(), nowNs)
        : new PassiveObservation(failures, ejections, ejectedUntilNs, nowNs);
  }

  boolean forgotten(long nowNs) {
    return !status().ejected(nowNs)
        && nowNs - lastFailureNs >= FORGOTTEN_AFTER.toNanos()
        && (ejections == 0 || nowNs - ejectedUntilNs >= FORGOTTEN_AFTER.toNanos());
  }

  PassiveStatus status() {
    return new PassiveStatus(connectFailures, ejections, ejectedUntilNs);
  }

  /** The status without the counting that decides nothing more. */
  PassiveStatus decisive() {
    return new PassiveStatus(
        Math.min(connectFailures, FAILURES_TO_EJECT), ejections, ejectedUntilNs);
  }

  private static Duration ejection(int number) {
    Duration longest = LONGEST_EJECTION;
    Duration duration = SHORTEST_EJECTION;
    for (int i = 1; i < number && duration.compareTo(longest) < 0; i++) {
      duration = duration.multipliedBy(2);
    }
    return duration.compareTo(longest) < 0 ? duration : longest;
  }
}
