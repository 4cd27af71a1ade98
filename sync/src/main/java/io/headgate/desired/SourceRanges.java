package io.headgate.desired;

import io.headgate.model.Cidr;
import io.headgate.model.CidrSet;
import io.headgate.model.ClusterService;
import io.headgate.model.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The clients that a Service lets in: {@code spec.loadBalancerSourceRanges}, and where that is
 * empty the annotation that was before it. Unlike kube-proxy's, a list of one family refuses the
 * other: who names some clients wants no others.
 *
 * @param clients empty for everybody
 * @param problem what in the Service cannot be read, so that {@code clients} are not what it says
 */
record SourceRanges(Optional<CidrSet> clients, Optional<String> problem) {
  static final String ANNOTATION = "service.beta.kubernetes.io/load-balancer-source-ranges";
  static final SourceRanges EVERYBODY = new SourceRanges(Optional.empty(), Optional.empty());

  /** What the Service says, what it said before, or nobody at all. */
  static SourceRanges of(ClusterService service, Optional<SourceRanges> previous) {
    if (service.type() != ClusterService.Type.LOAD_BALANCER) {
      return EVERYBODY; // the field means nothing on other types
    }
    List<Cidr> ranges = new ArrayList<>();
    for (String text : texts(service)) {
      Optional<Cidr> range = Cidr.parse(text);
      if (range.isEmpty()) {
        return unreadable(text, previous);
      }
      ranges.add(range.get());
    }
    return ranges.isEmpty()
        ? EVERYBODY
        : new SourceRanges(Optional.of(CidrSet.of(ranges)), Optional.empty());
  }

  /** The clients that both the operator and the Service let in. */
  CidrSet within(CidrSet allowed) {
    return clients.map(own -> allowed.isEmpty() ? own : allowed.and(own)).orElse(allowed);
  }

  private static SourceRanges unreadable(String text, Optional<SourceRanges> previous) {
    String what =
        "source range '%s' is not valid (allowed: an address or a range such as 10.0.0.0/8)"
            .formatted(Printable.text(text));
    Optional<CidrSet> kept =
        previous.map(SourceRanges::clients).orElse(Optional.of(CidrSet.NOBODY));
    boolean nobody = kept.equals(Optional.of(CidrSet.NOBODY));
    String instead =
        nobody ? "until it is, every client is refused" : "the ranges before it stay in force";
    return new SourceRanges(kept, Optional.of(what + ": " + instead));
  }

  private static List<String> texts(ClusterService service) {
    List<String> spec = service.request().sourceRanges();
    if (!spec.isEmpty()) {
      return spec.stream().map(String::strip).toList();
    }
    String annotation = service.request().annotations().getOrDefault(ANNOTATION, "");
    return annotation.isBlank()
        ? List.of()
        : Arrays.stream(annotation.split(",", -1)).map(String::strip).toList();
  }
}
