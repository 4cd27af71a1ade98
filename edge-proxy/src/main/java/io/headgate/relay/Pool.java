package io.headgate.relay;

import io.headgate.balance.Balancer;
import io.headgate.model.RoutePolicy;

/** A route as one loop sees it: what all share, and the loop's own balancer. */
record Pool(ServedRoute served, Balancer balancer) {
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
