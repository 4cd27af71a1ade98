package io.headgate.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guessing what was meant. */
public final class Spelling {
  private Spelling() {}

  /** The word nearest to {@code written}, where one is near enough to be meant. */
  static Optional<String> nearest(String written, Collection<String> words) {
    int tolerated = Math.max(1, Math.min(3, written.length() / 3));
    return words.stream()
        .filter(word -> distance(written, word) <= tolerated)
        .min(Comparator.comparingInt(word -> distance(written, word)))
        .or(() -> words.stream().filter(word -> beginsWith(word, written)).findFirst());
  }

  private static boolean beginsWith(String word, String written) {
    return written.length() >= 3 && word.startsWith(written);
  }

  /**
   * How many letters must be added, removed, replaced or swapped with their neighbour (optimal
   * string alignment).
   */
  public static int distance(String a, String b) {
    int[][] distance = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      distance[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      distance[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replaced = distance[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int addedOrRemoved = 1 + Math.min(distance[i - 1][j], distance[i][j - 1]);
        distance[i][j] = Math.min(replaced, addedOrRemoved);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          distance[i][j] = Math.min(distance[i][j], distance[i - 2][j - 2] + 1);
        }
      }
    }
    return distance[a.length()][b.length()];
  }
}
