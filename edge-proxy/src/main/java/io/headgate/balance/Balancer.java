package io.headgate.balance;

import io.headgate.model.Backend;
import io.headgate.model.Balance;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Picks from the candidates of one route in one table; a new table brings a new balancer. Picking
 * allocates nothing but where it comes to the reserve. Owned by one event loop: the random source
 * and the turn of round robin are not safe to share.
 */
public sealed interface Balancer
    permits LeastConnections, RoundRobin, SourceHash, WeightedRandom, WithReserve {
  /** What {@link #pick} returns where no candidate is open. */
  int NONE = -1;

  /**
   * The index of the candidate to connect to, or {@link #NONE}.
   *
   * @param client {@link ClientHash} of the client's address; only source hash looks at it
   */
  int pick(long client, Occupancy occupancy);

  /**
   * The balancer of these candidates. Those without weight, which stand last, are in reserve:
   * picked among as if their weight were 1 where no other is open.
   */
  static Balancer of(Balance balance, List<Backend> candidates, RandomGenerator random) {
    int ordinary = 0;
    while (ordinary < candidates.size() && candidates.get(ordinary).weight() > 0) {
      ordinary++;
    }
    if (ordinary == 0 || ordinary == candidates.size()) {
      return among(balance, candidates, random);
    }
    return new WithReserve(
        among(balance, candidates.subList(0, ordinary), random),
        ordinary,
        among(balance, candidates.subList(ordinary, candidates.size()), random));
  }

  private static Balancer among(Balance balance, List<Backend> candidates, RandomGenerator random) {
    Weights weights = Weights.of(candidates);
    return switch (balance) {
      case LEAST_CONNECTIONS -> new LeastConnections(weights, clusters(candidates), random);
      case ROUND_ROBIN -> new RoundRobin(weights, random);
      case SOURCE_HASH ->
          new SourceHash(weights, candidates.stream().mapToLong(b -> hash(b.address())).toArray());
      case RANDOM -> new WeightedRandom(weights, random);
    };
  }

  private static int[] clusters(List<Backend> candidates) {
    Map<String, Integer> numbers = new HashMap<>();
    return candidates.stream()
        .mapToInt(backend -> numbers.computeIfAbsent(backend.cluster(), _ -> numbers.size()))
        .toArray();
  }

  private static long hash(InetSocketAddress address) {
    return ClientHash.mixed(ClientHash.of(address.getAddress()) + address.getPort());
  }
}
