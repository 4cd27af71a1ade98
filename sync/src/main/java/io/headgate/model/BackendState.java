package io.headgate.model;

/** What a backend is good for right now. */
public enum BackendState {
  /** Selected, but no good probe yet: no connections. */
  PENDING,
  /** Takes new connections. */
  UP,
  /** One probe or connect has failed, or the node's readiness is unknown: fewer new connections. */
  SUSPECT,
  /**
   * Leaving in good order: keeps its connections, takes new ones only when nothing else is left.
   */
  DRAIN,
  /** Does not work, or has nothing to serve: takes no new connections. */
  DOWN,
  /** Taken out by the operator: neither connections nor probes. */
  MAINT;

  /** Whether nothing stands against ordinary use. */
  public boolean inUse() {
    return this == UP || this == SUSPECT;
  }
}
