package io.headgate.balance;

import java.util.random.RandomGenerator;

/**
 * The less loaded of two drawn at random. Two choices come close to the true minimum, and many
 * edges or loops that decide at once do not all run to the same backend. Both are of one cluster:
 * how many each of several clusters gets is a matter of their weights alone, also where little is
 * going on and a cluster that gets little is nearly always the less loaded one.
 */
final class LeastConnections implements Balancer {
  /** Then the first one has it. */
  private static final int DRAWS_IN_CLUSTER = 8;

  private final Weights weights;
  private final int[] clusters; // of each candidate
  private final RandomGenerator random;

  /**
   * @param clusters of each candidate, by any number
   */
  LeastConnections(Weights weights, int[] clusters, RandomGenerator random) {
    this.weights = weights;
    this.clusters = clusters;
    this.random = random;
  }

  @Override
  public int pick(long client, Occupancy occupancy) {
    int first = weights.drawOpen(random, occupancy, NONE);
    if (first == NONE) {
      return NONE;
    }
    int second = second(first, occupancy);
    if (second == NONE) {
      return first;
    }
    // connections/weight compared without division; a tie leaves the weighted draw to decide
    long loadOfFirst = occupancy.connections(first) * weights.of(second);
    long loadOfSecond = occupancy.connections(second) * weights.of(first);
    return loadOfSecond < loadOfFirst ? second : first;
  }

  private int second(int first, Occupancy occupancy) {
    for (int draw = 0; draw < DRAWS_IN_CLUSTER; draw++) {
      int second = weights.drawOpen(random, occupancy, first);
      if (second == NONE || clusters[second] == clusters[first]) {
        return second;
      }
    }
    return NONE;
  }
}
