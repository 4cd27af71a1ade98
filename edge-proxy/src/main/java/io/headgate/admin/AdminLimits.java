package io.headgate.admin;

import java.time.Duration;

/**
 * What one client may cost.
 *
 * @param connectionsPerDoor at once, counted apart so that the page cannot lock the operator out
 * @param bodyBytes of a request
 * @param headerBytes of all headers of a request, each with its name
 * @param requestWithin a whole request must have arrived, from the connection's start or the last
 *     answer
 * @param answerTakenWithin the client must have taken an answer
 */
record AdminLimits(
    int connectionsPerDoor,
    int bodyBytes,
    int requestLineBytes,
    int headerBytes,
    Duration requestWithin,
    Duration answerTakenWithin) {
  static final AdminLimits DEFAULT =
      new AdminLimits(32, 64 << 10, 4096, 8192, Duration.ofSeconds(10), Duration.ofSeconds(10));
}
