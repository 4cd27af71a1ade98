package io.headgate.balance;

/**
 * Candidates, and others for when none of them is open.
 *
 * @param ordinary picks from the first
 * @param count how many they are
 * @param reserve picks from those that stand behind them
 */
record WithReserve(Balancer ordinary, int count, Balancer reserve) implements Balancer {
  @Override
  public int pick(long client, Occupancy occupancy) {
    int candidate = ordinary.pick(client, occupancy);
    if (candidate != NONE) {
      return candidate;
    }
    int spare = reserve.pick(client, new Behind(occupancy, count));
    return spare == NONE ? NONE : count + spare;
  }

  private record Behind(Occupancy all, int count) implements Occupancy {
    @Override
    public boolean open(int candidate) {
      return all.open(count + candidate);
    }

    @Override
    public int connections(int candidate) {
      return all.connections(count + candidate);
    }
  }
}
