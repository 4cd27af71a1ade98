package io.headgate.model;

import java.time.Duration;

/**
 * What a probe has found so far.
 *
 * @param successes good answers in a row, 0 after a bad one
 * @param failures bad answers in a row, 0 after a good one
 * @param everAnswered something has answered at this target in this run, with whatever verdict
 * @param detail of the last answer, for people: {@code 200 in 3 ms}, {@code connection refused}
 * @param took the last answer
 */
public record ProbeStatus(
    int successes, int failures, Answer last, boolean everAnswered, String detail, Duration took) {
  /** Before the first answer. */
  public static final ProbeStatus NONE =
      new ProbeStatus(0, 0, Answer.NONE, false, "not probed yet", Duration.ZERO);

  /** The kinds of answer that decide differently. */
  public enum Answer {
    NONE,
    GOOD,
    /** HTTP 503: a kube-proxy's word for "alive, but send nothing new". */
    UNAVAILABLE,
    /** Any other status, or a broken answer. */
    BAD,
    REFUSED,
    TIMED_OUT,
    /** It was answered, and the answer says nothing. */
    UNDECIDED,
    /** No route, no address, reset: the network said no. */
    UNREACHABLE
  }
}
