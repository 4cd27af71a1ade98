package io.headgate.bench.takeover;

import java.time.Duration;

/**
 * What clients saw of one fault.
 *
 * @param gap the longest time from one answer to the next
 * @param lost attempts that were not answered
 * @param moves how often another edge answered than before
 * @param owners hosts that hold the address at the end
 * @param live what became of the connection that was there before
 */
record Result(Duration gap, long lost, int moves, int owners, Fate live) {

  /** What became of an established connection. */
  sealed interface Fate {

    /** It is used as before. */
    record Lives() implements Fate {}

    /**
     * The client knows that it has ended.
     *
     * @param after the fault
     */
    record Ended(Duration after) implements Fate {}

    /** Nothing comes, and the client does not know why. */
    record Hangs() implements Fate {}
  }
}
