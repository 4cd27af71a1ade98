package io.headgate.desired;

import io.headgate.model.BackendState;

/**
 * What the signals about a backend come to.
 *
 * @param reason the same as long as the matter is the same: it is part of the table
 * @param lastResort see {@link io.headgate.model.Backend#lastResort}
 * @param reset see {@link io.headgate.model.Backend#reset}
 */
record Finding(BackendState state, String reason, boolean lastResort, boolean reset) {
  static Finding of(BackendState state, String reason) {
    return new Finding(state, reason, false, false);
  }

  /** Down, as far as we can see, but we may be wrong. */
  static Finding doubtfullyDown(String reason) {
    return new Finding(BackendState.DOWN, reason, true, false);
  }

  /** Down for good, with all its connections. */
  static Finding switchedOff(String reason) {
    return new Finding(BackendState.DOWN, reason, false, true);
  }

  boolean inUse() {
    return state.inUse();
  }
}
