package io.headgate.relay;

import io.headgate.balance.Balancer;
import io.headgate.model.RoutePolicy;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A route as one loop sees it: what all share, and the loop's own balancer, which is made for the
 * first connection. Owned by that loop.
 */
final class Pool {
  private final ServedRoute served;
  private final RandomGenerator random;
  private @Nullable Balancer balancer;

  Pool(ServedRoute served, RandomGenerator random) {
    this.served = served;
    this.random = random;
  }

  ServedRoute served() {
    return served;
  }

  Balancer balancer() {
    Balancer known = balancer;
    if (known == null) {
      known = Balancer.of(policy().balance(), served.candidates(), random);
      balancer = known;
    }
    return known;
  }

  RoutePolicy policy() {
    return served.route().policy();
  }

  RouteLoad load() {
    return served.load();
  }

  /** Whether clients come back to the backend they had. */
  boolean hasAffinity() {
    return !policy().clientAffinity().isZero();
  }

  boolean hasCandidates() {
    return !served.candidates().isEmpty();
  }
}
