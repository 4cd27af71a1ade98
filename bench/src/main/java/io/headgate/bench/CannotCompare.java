package io.headgate.bench;

import java.io.Serial;

/**
 * The comparison cannot go on; the message is for the person who started it and says what to do.
 */
final class CannotCompare extends Exception {
  @Serial private static final long serialVersionUID = 1;

  CannotCompare(String message) {
    super(message);
  }
}
