package io.headgate.bench;

import io.headgate.model.Backend;
import io.headgate.model.Listener;
import io.headgate.model.Route;
import io.headgate.model.RoutePolicy;
import io.headgate.model.RouteTable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

/** Finding the route of a listener, each time another one, in a small and in a large table. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouteLookupBench {
  private static final int ADDRESSES = 10;

  @Param({"10", "10000"})
  int listeners;

  private List<Listener> asked = List.of();
  private RouteTable table = RouteTable.EMPTY;
  private int next;

  @Setup
  public void fill() throws UnknownHostException {
    asked = new ArrayList<>();
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < listeners; i++) {
      InetAddress address = InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) (i % ADDRESSES)});
      var listener = new Listener(address, 1000 + i / ADDRESSES);
      asked.add(listener);
      List<Backend> none = List.of();
      routes.add(new Route("route-" + i, List.of(listener), RoutePolicy.DEFAULTS, none));
    }
    table = RouteTable.of(1, routes);
  }

  @Benchmark
  public Optional<Route> route() {
    next = next + 1 < listeners ? next + 1 : 0;
    return table.route(asked.get(next));
  }
}
