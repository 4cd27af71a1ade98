package io.headgate.app;

import io.headgate.admin.AddressesView.WaitingView;
import io.headgate.admin.StatusView.WriterView;
import io.headgate.kubernetes.WriterStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What there is to say of the writing to the cluster. Pure. */
final class WriterOf {
  /** Longer than an API server takes to restart, or a Lease to expire. */
  private static final Duration TROUBLE_WORTH_TELLING = Duration.ofSeconds(30);

  private WriterOf() {}

  static WriterView view(WriterStatus status) {
    WriterStatus.Lease lease = status.lease();
    return new WriterView(
        writes(status),
        lease.ours(),
        name(lease),
        lease.holdingEdge(),
        status.statusWrites(),
        status.eventWrites(),
        status.failures(),
        status.pending(),
        lease.problem().isEmpty() ? status.lastError() : lease.problem());
  }

  private static String writes(WriterStatus status) {
    WriterStatus.Lease lease = status.lease();
    String who =
        lease.ours()
            ? "this edge"
            : lease.holder().isEmpty()
                ? "nobody holds the Lease " + name(lease)
                : lease.holdingEdge() + " holds the Lease " + name(lease);
    return status.ipModeDropped() ? who + ", without ipMode (see headgate doctor)" : who;
  }

  private static String name(WriterStatus.Lease lease) {
    return lease.namespace() + "/" + lease.name();
  }

  /** Only what needs a person. */
  static List<String> problems(WriterStatus status) {
    List<String> problems = new ArrayList<>();
    WriterStatus.Lease lease = status.lease();
    if (!lease.ours() && lease.troubled().compareTo(TROUBLE_WORTH_TELLING) > 0) {
      problems.add(
          "no Lease %s for %d s, so this edge writes nothing to the cluster: %s"
              .formatted(name(lease), lease.troubled().toSeconds(), lease.problem()));
    }
    if (!status.missingRights().isEmpty()) {
      problems.add(
          "the cluster does not allow this edge to %s: see headgate doctor"
              .formatted(String.join(", ", status.missingRights())));
    }
    if (!status.contested().isEmpty()) {
      problems.add(
          "somebody else rewrites the status of Service %s%s: two controllers serve it, see"
                  .formatted(status.contested().getFirst(), more(status.contested().size()))
              + " spec.loadBalancerClass");
    }
    return problems;
  }

  private static String more(int count) {
    return count == 1 ? "" : " (and %d more)".formatted(count - 1);
  }

  /**
   * Services that cannot be given an address. Where another edge gives them it is for that one to
   * say.
   */
  static Optional<String> withoutAddress(Moment now) {
    if (!now.inputs().holdsLease()) {
      return Optional.empty();
    }
    List<WaitingView> waiting = AddressesOf.waiting(now);
    return waiting.stream()
        .findFirst()
        .map(first ->
            "%s no address: see headgate explain %s"
                .formatted(
                    waiting.size() == 1 ? "1 Service has" : waiting.size() + " Services have",
                    first.service()));
  }
}
