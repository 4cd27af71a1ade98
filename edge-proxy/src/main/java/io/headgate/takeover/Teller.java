package io.headgate.takeover;

/** Tells an operator about one thing. */
@FunctionalInterface
interface Teller {
  void tell(boolean warning, String words);
}
