package io.headgate.bench;

import io.headgate.model.Cidr;
import io.headgate.model.CidrSet;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

/** Asking an allow list about a client, each time another one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CidrSetBench {
  private static final int CLIENTS = 1024; // a power of two

  @Param({"1", "100", "10000"})
  int ranges;

  @Param({"4", "16"})
  int addressBytes;

  private CidrSet allowed = CidrSet.NONE;
  private final InetAddress[] clients = new InetAddress[CLIENTS];
  private int next;

  @Setup
  public void fill() throws UnknownHostException {
    var random = new SplittableRandom(1);
    int prefixBits = addressBytes * 8 - 8;
    Stream<Cidr> cidrs = Stream.generate(() -> new Cidr(address(random), prefixBits)).limit(ranges);
    allowed = CidrSet.of(cidrs.toList());
    for (int i = 0; i < CLIENTS; i++) {
      clients[i] = address(random);
    }
  }

  @Benchmark
  public boolean contains() {
    next = (next + 1) & (CLIENTS - 1);
    return allowed.contains(clients[next]);
  }

  private InetAddress address(SplittableRandom random) {
    byte[] bytes = new byte[addressBytes];
    random.nextBytes(bytes);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are an address", e);
    }
  }
}
