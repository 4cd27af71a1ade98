package io.headgate.desired;

import io.headgate.model.ClusterService;
import io.headgate.model.IpFamily;
import io.headgate.model.SourceAddresses;
import java.util.List;

/**
 * What our own addresses mean to a Service's {@code sessionAffinity: ClientIP}. A connection to a
 * NodePort comes from one of them, and kube-proxy knows clients by nothing else.
 */
final class SourceNotes {
  private static final String MATTER =
      "sessionAffinity is ClientIP and externalTrafficPolicy is Cluster: kube-proxy sees only this"
          + " edge's ";

  private SourceNotes() {}

  static List<Note> of(Selection selection, SourceAddresses sources) {
    boolean matters =
        selection
            .service()
            .filter(service -> kubeProxyChooses(service) && !selection.candidates().isEmpty())
            .isPresent();
    return matters ? List.of(Note.remark(text(fewest(selection, sources)))) : List.of();
  }

  private static boolean kubeProxyChooses(ClusterService service) {
    return !service.localTraffic() && !service.request().clientAffinity().isZero();
  }

  private static int fewest(Selection selection, SourceAddresses sources) {
    return selection.candidates().stream()
        .map(candidate -> IpFamily.of(candidate.address().getAddress()))
        .distinct()
        .mapToInt(family -> sources.all(family).size())
        .min()
        .orElse(0);
  }

  private static String text(int sources) {
    return sources > 1
        ? MATTER
            + sources
            + " source addresses, one for each client, so that clients meet in at most "
            + sources
            + " pods behind a node; more source-addresses spread them further"
        : MATTER
            + "address, so that all clients may meet in one pod behind a node; give the edge several"
            + " source-addresses, or use externalTrafficPolicy: Local";
  }
}
