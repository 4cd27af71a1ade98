package io.headgate.desired;

import io.headgate.model.HealthPolicy;
import io.headgate.model.HealthReport;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeTarget;
import java.util.List;

/** What is asked of one backend, and what the answers are worth. */
sealed interface ProbePlan {
  /** Health checks are off: taken to be well. */
  record Off() implements ProbePlan {}

  /** Nothing is asked, and what was known is forgotten. */
  record Silent() implements ProbePlan {}

  /**
   * No answer would say anything about this backend now; what was known stands.
   *
   * @param targets asked all the same, for later
   */
  record Paused(List<ProbeTarget> targets) implements ProbePlan {}

  /**
   * The backend's health is asked for.
   *
   * @param targets all that is asked
   * @param deciding the one of them whose answer counts
   * @param kubeProxy it is answered by kube-proxy, not by the backend
   */
  record Ask(List<ProbeTarget> targets, ProbeTarget deciding, boolean kubeProxy)
      implements ProbePlan {}

  static ProbePlan ask(ProbeTarget target, boolean kubeProxy) {
    return new Ask(List.of(target), target, kubeProxy);
  }

  /** What is to be asked. */
  default List<ProbeTarget> wanted() {
    return switch (this) {
      case Off _, Silent _ -> List.of();
      case Paused(var targets) -> targets;
      case Ask ask -> ask.targets();
    };
  }

  default ProbeStanding standing(ProbeStanding before, HealthReport health, HealthPolicy policy) {
    return switch (this) {
      case Off _ -> ProbeStanding.GOOD;
      case Silent _ -> ProbeStanding.UNPROVEN;
      case Paused _ -> before;
      case Ask ask -> before.after(status(health), policy, ask.kubeProxy());
    };
  }

  /** Of the target that counts. */
  default ProbeStatus status(HealthReport health) {
    return switch (this) {
      case Ask ask -> health.probe(ask.deciding());
      case Off _, Silent _, Paused _ -> ProbeStatus.NONE;
    };
  }
}
