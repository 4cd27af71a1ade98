package io.headgate.balance;

/**
 * Weighted rendezvous hashing: the candidate with the highest score for this client. It depends on
 * nothing but the client's and the candidates' addresses and weights, so every edge that sees the
 * same table agrees, in whatever order the candidates come; and when one leaves, only its own
 * clients move.
 */
final class SourceHash implements Balancer {
  private static final double TWO_TO_MINUS_53 = 0x1.0p-53;

  private final Weights weights;
  private final long[] candidateHashes;

  SourceHash(Weights weights, long[] candidateHashes) {
    this.weights = weights;
    this.candidateHashes = candidateHashes;
  }

  @Override
  public int pick(long client, Occupancy occupancy) {
    int best = NONE;
    double bestScore = 0;
    for (int i = 0; i < candidateHashes.length; i++) {
      if (occupancy.open(i)) {
        double score = score(client, i);
        if (best == NONE || score > bestScore) {
          best = i;
          bestScore = score;
        }
      }
    }
    return best;
  }

  /** -weight/ln(u), u uniform in (0, 1). StrictMath, so that two CPUs cannot differ. */
  private double score(long client, int candidate) {
    long hash = ClientHash.mixed(client ^ candidateHashes[candidate]);
    double uniform = ((hash >>> 11) + 0.5) * TWO_TO_MINUS_53;
    return -weights.of(candidate) / StrictMath.log(uniform);
  }
}
