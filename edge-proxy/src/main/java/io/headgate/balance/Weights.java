package io.headgate.balance;

import io.headgate.model.Backend;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** The candidates' weights, and drawing an index in proportion to them. */
final class Weights {
  private static final int DRAWS_BEFORE_SCAN = 4;

  private final long[] weights;
  private final long[] sums; // sums[i] = weights[0] + … + weights[i]

  private Weights(long[] weights) {
    this.weights = weights;
    this.sums = weights.clone();
    Arrays.parallelPrefix(sums, Long::sum);
  }

  static Weights of(List<Backend> candidates) {
    return new Weights(candidates.stream().mapToLong(b -> Math.max(1, b.weight())).toArray());
  }

  int size() {
    return weights.length;
  }

  long of(int candidate) {
    return weights[candidate];
  }

  long total() {
    return sums.length == 0 ? 0 : sums[sums.length - 1];
  }

  /**
   * One that is open and is not {@code other}, or {@link Balancer#NONE}. In proportion to the
   * weights while most are open; where luck finds none, the next open one after a random place.
   */
  int drawOpen(RandomGenerator random, Occupancy occupancy, int other) {
    if (weights.length == 0) {
      return Balancer.NONE;
    }
    for (int draw = 0; draw < DRAWS_BEFORE_SCAN; draw++) {
      int candidate = draw(random);
      if (candidate != other && occupancy.open(candidate)) {
        return candidate;
      }
    }
    int start = random.nextInt(weights.length);
    for (int i = 0; i < weights.length; i++) {
      int candidate = (start + i) % weights.length;
      if (candidate != other && occupancy.open(candidate)) {
        return candidate;
      }
    }
    return Balancer.NONE;
  }

  private int draw(RandomGenerator random) {
    long point = random.nextLong(total());
    int below = 0;
    int above = sums.length - 1;
    while (below < above) { // the first sum that exceeds the point
      int middle = (below + above) >>> 1;
      if (sums[middle] > point) {
        above = middle;
      } else {
        below = middle + 1;
      }
    }
    return below;
  }
}
