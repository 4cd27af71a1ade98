package io.headgate.cli;

/** The edge answered, but not with what was asked for. The message is the edge's own. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}
