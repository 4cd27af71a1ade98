package io.headgate.takeover.peer;

import java.time.Duration;

/**
 * How long the link waits for what.
 *
 * @param pingEvery on the connection that we dialled
 * @param silentAfter without a frame a connection is given up
 * @param connectWithin a dial is given up; below the kernel's first second of waiting, after which
 *     a connect that times out can no longer be told from one that is refused
 * @param answerWithin from connected to the hello, TLS included
 * @param redialAfter the first pause between dials in vain, doubled for each further
 * @param redialAtMost the longest pause
 * @param witnessWithin a connection that is still open answers, when everything else says the
 *     process has gone
 */
record PeerTimings(
    Duration pingEvery,
    Duration silentAfter,
    Duration connectWithin,
    Duration answerWithin,
    Duration redialAfter,
    Duration redialAtMost,
    Duration witnessWithin) {
  static final PeerTimings DEFAULT =
      new PeerTimings(
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofMillis(900),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofMillis(25));
}
