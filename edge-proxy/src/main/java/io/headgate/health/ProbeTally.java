package io.headgate.health;

import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeStatus.Answer;

/** What is known of a target after one more answer. Pure. */
final class ProbeTally {
  private ProbeTally() {}

  static ProbeStatus after(ProbeStatus before, ProbeAnswer answer) {
    boolean good = answer.kind() == Answer.GOOD;
    return new ProbeStatus(
        good ? before.successes() + 1 : 0,
        good ? 0 : before.failures() + 1,
        answer.kind(),
        before.everAnswered() || isFromTarget(answer.kind()),
        answer.detail(),
        answer.took());
  }

  /** The two differ in more than what is only for people to read. */
  static boolean differ(ProbeStatus one, ProbeStatus other) {
    return one.last() != other.last()
        || one.everAnswered() != other.everAnswered()
        || counted(one.successes()) != counted(other.successes())
        || counted(one.failures()) != counted(other.failures());
  }

  private static int counted(int answers) {
    return Math.min(answers, HealthMonitor.COUNTED_ANSWERS);
  }

  /** Somebody speaks there: a refusal comes from a kernel, which has every port. */
  private static boolean isFromTarget(Answer kind) {
    return switch (kind) {
      case GOOD, UNAVAILABLE, BAD, UNDECIDED -> true;
      case NONE, REFUSED, TIMED_OUT, UNREACHABLE -> false;
    };
  }
}
