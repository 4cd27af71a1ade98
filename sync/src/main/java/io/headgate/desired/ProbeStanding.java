package io.headgate.desired;

import io.headgate.model.HealthPolicy;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeStatus.Answer;

/**
 * What a backend's probes have shown so far. Outlives a change of what is asked: until the new
 * question has an answer, the old one stands.
 */
public enum ProbeStanding {
  /** No good answer yet. */
  UNPROVEN,
  GOOD,
  /** kube-proxy said that it is alive but wants nothing new (503). */
  LEAVING,
  /** As many bad answers in a row as take a backend out, and too few good ones since. */
  FAILED;

  /**
   * The standing after an answer.
   *
   * @param kubeProxy the answer is kube-proxy's own, whose 503 is a word and not a failure
   */
  ProbeStanding after(ProbeStatus status, HealthPolicy policy, boolean kubeProxy) {
    return switch (status.last()) {
      case NONE -> this;
      case GOOD -> this == FAILED && status.successes() < policy.rise() ? FAILED : GOOD;
      case UNAVAILABLE -> kubeProxy ? LEAVING : afterFailure(status, policy);
      case BAD, UNDECIDED, REFUSED, TIMED_OUT, UNREACHABLE -> afterFailure(status, policy);
    };
  }

  private ProbeStanding afterFailure(ProbeStatus status, HealthPolicy policy) {
    return status.failures() >= policy.fall() ? FAILED : this;
  }

  /** In words, the same as long as the matter is the same. */
  static String failure(Answer answer) {
    return switch (answer) {
      case NONE -> "no answer yet";
      case GOOD -> "good again, but not often enough yet";
      case UNAVAILABLE -> "503";
      case BAD -> "bad answer";
      case UNDECIDED -> "an answer that says nothing";
      case REFUSED -> "connection refused";
      case TIMED_OUT -> "no answer in time";
      case UNREACHABLE -> "unreachable";
    };
  }
}
