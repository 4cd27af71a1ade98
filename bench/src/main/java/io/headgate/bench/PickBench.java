package io.headgate.bench;

import io.headgate.balance.Balancer;
import io.headgate.balance.Occupancy;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.Balance;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Picking the backend of the next connection while the number of connections moves. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PickBench {
  @Param Balance balance = Balance.LEAST_CONNECTIONS;

  @Param({"3", "50", "500"})
  int backends;

  private Balancer balancer = Balancer.of(Balance.RANDOM, List.of(), new SplittableRandom(1));
  private Counted occupancy = new Counted(0);
  private long client;

  /** All are open; each has as many connections as it was picked for, up to a limit. */
  private static final class Counted implements Occupancy {
    private final int[] connections;

    Counted(int backends) {
      this.connections = new int[backends];
    }

    void pick(int candidate) {
      connections[candidate] = (connections[candidate] + 1) & 1023;
    }

    @Override
    public boolean open(int candidate) {
      return true;
    }

    @Override
    public int connections(int candidate) {
      return connections[candidate];
    }
  }

  @Setup
  public void fill() throws UnknownHostException {
    List<Backend> candidates = new ArrayList<>();
    for (int i = 0; i < backends; i++) {
      InetAddress node = InetAddress.getByAddress(new byte[] {10, 1, (byte) (i >> 8), (byte) i});
      candidates.add(
          new Backend(
              "node-" + i,
              new InetSocketAddress(node, 30080),
              BackendState.UP,
              Backend.FULL_WEIGHT,
              false,
              false,
              ""));
    }
    balancer = Balancer.of(balance, candidates, new SplittableRandom(1));
    occupancy = new Counted(backends);
  }

  @Benchmark
  public int pick() {
    client += 0x9e3779b97f4a7c15L; // as good as another client's hash
    int picked = balancer.pick(client, occupancy);
    occupancy.pick(picked);
    return picked;
  }
}
