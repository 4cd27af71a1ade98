package io.headgate.desired;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps failing connections from emptying a route: of its backends that are otherwise well, at most
 * half may be left out for them at once.
 */
final class Ejections {
  private Ejections() {}

  /** Those that are in use although their connections fail; the worst are out. */
  static Set<Candidate> spared(List<Draft> drafts, long nowNs) {
    long usable = drafts.stream().filter(Draft::usable).count();
    List<Candidate> worstFirst =
        drafts.stream()
            .filter(draft -> draft.ejected(nowNs))
            .sorted(
                Comparator.comparingInt((Draft draft) -> draft.passive().ejections())
                    .reversed()
                    .thenComparing(Draft::candidate, Candidate.ORDER))
            .map(Draft::candidate)
            .toList();
    int allowed = (int) (usable / 2);
    return worstFirst.size() <= allowed
        ? Set.of()
        : new HashSet<>(worstFirst.subList(allowed, worstFirst.size()));
  }
}
