package io.headgate.balance;

import java.util.Arrays;

/**
 * Weighted rendezvous hashing: the candidate whose turn with this client comes first. It depends on
 * nothing but the client's and the candidates' addresses and weights, so every edge that sees the
 * same table agrees, in whatever order the candidates come; and when one leaves, only its own
 * clients move.
 */
final class SourceHash implements Balancer {
  private static final double TWO_TO_MINUS_53 = 0x1.0p-53;

  /** Below 1 by more than all rounding, so that no bound rules out what is exactly earlier. */
  private static final double SURELY = 1 - 0x1.0p-40;

  private final Weights weights;
  private final long[] candidateHashes;
  private final double[] bounds; // of a turn, for each 2^-53 that u is below 1

  SourceHash(Weights weights, long[] candidateHashes) {
    this.weights = weights;
    this.candidateHashes = candidateHashes;
    this.bounds = new double[candidateHashes.length];
    Arrays.setAll(bounds, i -> SURELY * TWO_TO_MINUS_53 / weights.of(i));
  }

  /**
   * A candidate's turn is {@code -ln(u)/weight}, u uniform in (0, 1]. The logarithm costs more than
   * all the rest, so only those are asked for it that may be first: {@code -ln(u) >= 1 - u}.
   */
  @Override
  public int pick(long client, Occupancy occupancy) {
    int first = NONE;
    double firstTurn = Double.POSITIVE_INFINITY;
    for (int i = 0; i < candidateHashes.length; i++) {
      long hash = ClientHash.mixed(client ^ candidateHashes[i]);
      if ((~hash >>> 11) * bounds[i] < firstTurn) {
        double turn = turn(hash, i);
        if (turn < firstTurn && occupancy.open(i)) {
          first = i;
          firstTurn = turn;
        }
      }
    }
    return first;
  }

  /** StrictMath, so that two CPUs cannot differ. */
  private double turn(long hash, int candidate) {
    double uniform = ((hash >>> 11) + 0.5) * TWO_TO_MINUS_53;
    return -StrictMath.log(uniform) / weights.of(candidate);
  }
}
