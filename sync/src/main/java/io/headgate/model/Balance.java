package io.headgate.model;

/** How the next connection's backend is chosen. */
public enum Balance {
  /** The one with fewer connections for its weight, of two drawn at random. */
  LEAST_CONNECTIONS,
  ROUND_ROBIN,
  /** The same backend for the same client address, on every edge that sees the same table. */
  SOURCE_HASH,
  RANDOM
}
