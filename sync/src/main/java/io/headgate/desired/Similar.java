package io.headgate.desired;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** What somebody who wrote one name probably meant. */
final class Similar {
  private static final int FARTHEST = 2;

  private Similar() {}

  /** The name nearest to {@code wanted} that is at most two typing mistakes away. */
  static Optional<String> to(String wanted, Stream<String> known) {
    return known
        .filter(name -> Math.abs(name.length() - wanted.length()) <= FARTHEST)
        .map(name -> new Scored(name, distance(wanted, name)))
        .filter(scored -> scored.distance <= FARTHEST && scored.distance < wanted.length())
        .min(Comparator.comparingInt(Scored::distance).thenComparing(Scored::name))
        .map(Scored::name);
  }

  private record Scored(String name, int distance) {}

  /** Levenshtein's, by rows. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
