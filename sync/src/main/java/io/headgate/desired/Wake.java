package io.headgate.desired;

import java.util.OptionalLong;

/** The earlier of two moments on the clock of {@code System.nanoTime}, which may wrap. */
final class Wake {
  private Wake() {}

  static OptionalLong earlier(OptionalLong a, OptionalLong b) {
    if (a.isEmpty()) {
      return b;
    }
    return b.isEmpty() || a.getAsLong() - b.getAsLong() <= 0 ? a : b;
  }
}
