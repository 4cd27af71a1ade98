package io.headgate.admin;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** The known word that someone may have meant. */
final class Suggestion {
  private Suggestion() {}

  /** {@code ; did you mean …?}, or nothing where no known word is near. */
  static String near(String word, Collection<String> known) {
    int tolerated = Math.max(1, word.length() / 3);
    return known.stream()
        .filter(other -> distance(word, other) <= tolerated)
        .min(Comparator.comparingInt(other -> distance(word, other)))
        .map("; did you mean %s?"::formatted)
        .orElse("");
  }

  /** Levenshtein's, without regard to case. */
  private static int distance(String left, String right) {
    String from = left.toLowerCase(Locale.ROOT);
    String to = right.toLowerCase(Locale.ROOT);
    int[] row = new int[to.length() + 1];
    for (int column = 0; column < row.length; column++) {
      row[column] = column;
    }
    for (int line = 1; line <= from.length(); line++) {
      int diagonal = row[0];
      row[0] = line;
      for (int column = 1; column < row.length; column++) {
        int above = row[column];
        int exchange = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
        row[column] = Math.min(exchange, 1 + Math.min(above, row[column - 1]));
        diagonal = above;
      }
    }
    return row[to.length()];
  }
}
