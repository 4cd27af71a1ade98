package io.headgate.balance;

import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Candidates with weights, their connections, and which of them are closed. */
final class Crowd implements Occupancy {
  final List<Backend> candidates = new ArrayList<>();
  final int[] connections;
  final BitSet closed = new BitSet();

  /** How often somebody wanted to know whether one is open. */
  int asked;

  Crowd(int... weights) {
    connections = new int[weights.length];
    for (int i = 0; i < weights.length; i++) {
      candidates.add(backend("10.0.0." + (i + 1) + ":30080", weights[i]));
    }
  }

  static Backend backend(String address, int weight) {
    return new Backend(
        address,
        Addresses.parseWithPort(address).orElseThrow(),
        BackendState.UP,
        weight,
        false,
        false,
        "test");
  }

  @Override
  public boolean open(int candidate) {
    asked++;
    return !closed.get(candidate);
  }

  @Override
  public int connections(int candidate) {
    return connections[candidate];
  }

  /** How often each is picked; every pick stays as a connection where {@code stay}. */
  int[] picks(Balancer balancer, int times, boolean stay) {
    int[] picks = new int[connections.length];
    for (int i = 0; i < times; i++) {
      int picked = balancer.pick(ClientHash.mixed(i), this);
      picks[picked]++;
      if (stay) {
        connections[picked]++;
      }
    }
    return picks;
  }
}
