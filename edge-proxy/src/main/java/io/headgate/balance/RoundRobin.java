package io.headgate.balance;

import java.util.random.RandomGenerator;

/**
 * Smooth weighted round robin: in every round each candidate gains its weight, the richest is
 * picked and pays what all have gained. Heavy candidates are spread over the round, not served in a
 * row. The field belongs to the loop that owns the balancer.
 */
final class RoundRobin implements Balancer {
  private final Weights weights;
  private final long[] credit;

  /** Starts at a random place, or every new table would favour its first candidates. */
  RoundRobin(Weights weights, RandomGenerator random) {
    this.weights = weights;
    this.credit = new long[weights.size()];
    for (int i = 0; i < credit.length; i++) {
      credit[i] = random.nextLong(weights.total());
    }
  }

  @Override
  public int pick(long client, Occupancy occupancy) {
    int richest = NONE;
    long gained = 0;
    for (int i = 0; i < credit.length; i++) {
      if (!occupancy.open(i)) {
        continue;
      }
      credit[i] += weights.of(i);
      gained += weights.of(i);
      if (richest == NONE || credit[i] > credit[richest]) {
        richest = i;
      }
    }
    if (richest != NONE) {
      credit[richest] -= gained;
    }
    return richest;
  }
}
