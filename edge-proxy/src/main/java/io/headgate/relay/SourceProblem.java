package io.headgate.relay;

/** Why a connection could not come from the source address that it was to come from. */
enum SourceProblem {
  /** The host has no such address. */
  MISSING,
  /** Every port that it may take is in use towards the backend. */
  EXHAUSTED
}
