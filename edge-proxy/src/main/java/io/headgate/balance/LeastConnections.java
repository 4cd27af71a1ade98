package io.headgate.balance;

import java.util.random.RandomGenerator;

/**
 * The less loaded of two drawn at random. Two choices come close to the true minimum, and many
 * edges or loops that decide at once do not all run to the same backend.
 */
record LeastConnections(Weights weights, RandomGenerator random) implements Balancer {
  @Override
  public int pick(long client, Occupancy occupancy) {
    int first = weights.drawOpen(random, occupancy, NONE);
    if (first == NONE) {
      return NONE;
    }
    int second = weights.drawOpen(random, occupancy, first);
    if (second == NONE) {
      return first;
    }
    // connections/weight compared without division; a tie leaves the weighted draw to decide
    long loadOfFirst = occupancy.connections(first) * weights.of(second);
    long loadOfSecond = occupancy.connections(second) * weights.of(first);
    return loadOfSecond < loadOfFirst ? second : first;
  }
}
