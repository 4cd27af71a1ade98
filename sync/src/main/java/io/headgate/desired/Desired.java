package io.headgate.desired;

/** From inputs to table. Pure. */
@SuppressWarnings("DoNotCallSuggester")
public final class Desired {
  private Desired() {}

  /**
   * The state after {@code previous}, given {@code inputs}.
   *
   * @param nowNs on the clock of {@code System.nanoTime}
   */
  public static DesiredState next(DesiredState previous, Inputs inputs, long nowNs) {
    throw new UnsupportedOperationException("not there yet: " + previous + inputs + nowNs);
  }
}
