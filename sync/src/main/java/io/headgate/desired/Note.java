package io.headgate.desired;

/**
 * Something to say about a route as a whole.
 *
 * @param text the same as long as the matter is the same, so that it is not told again and again
 * @param alarming worth a warning when it begins; otherwise only for {@code headgate explain}
 */
record Note(String text, boolean alarming) {
  static Note alarm(String text) {
    return new Note(text, true);
  }

  static Note remark(String text) {
    return new Note(text, false);
  }
}
