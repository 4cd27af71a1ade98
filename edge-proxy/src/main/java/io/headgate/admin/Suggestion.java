package io.headgate.admin;

import io.headgate.config.Spelling;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** The known word that someone may have meant. */
final class Suggestion {
  private Suggestion() {}

  /** {@code ; did you mean …?}, or nothing where no known word is near, whatever the case. */
  static String near(String word, Collection<String> known) {
    int tolerated = Math.max(1, word.length() / 3);
    return known.stream()
        .filter(other -> distance(word, other) <= tolerated)
        .min(Comparator.comparingInt(other -> distance(word, other)))
        .map("; did you mean %s?"::formatted)
        .orElse("");
  }

  private static int distance(String left, String right) {
    return Spelling.distance(left.toLowerCase(Locale.ROOT), right.toLowerCase(Locale.ROOT));
  }
}
