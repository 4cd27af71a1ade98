package io.headgate.balance;

import java.util.random.RandomGenerator;

/** Any candidate, in proportion to the weights. */
record WeightedRandom(Weights weights, RandomGenerator random) implements Balancer {
  @Override
  public int pick(long client, Occupancy occupancy) {
    return weights.drawOpen(random, occupancy, NONE);
  }
}
