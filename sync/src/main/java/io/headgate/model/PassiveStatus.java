package io.headgate.model;

/**
 * What connections themselves have told us about a backend's address.
 *
 * @param connectFailures in a row, 0 after a connection that was accepted
 * @param ejectedUntilNs on the clock of {@code System.nanoTime}; meaningful only when {@code
 *     ejections} is not 0
 * @param ejections in a row so far; each lasts twice as long as the one before
 */
public record PassiveStatus(int connectFailures, int ejections, long ejectedUntilNs) {
  public static final PassiveStatus NONE = new PassiveStatus(0, 0, 0);

  public boolean ejected(long nowNs) {
    return ejections > 0 && ejectedUntilNs - nowNs > 0;
  }
}
