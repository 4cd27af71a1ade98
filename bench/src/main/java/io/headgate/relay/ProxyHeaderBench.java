package io.headgate.relay;

import io.headgate.model.ProxyProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
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

/**
 * Writing the PROXY header into a buffer that is used again and again. In this package because the
 * writer is nobody else's business.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class ProxyHeaderBench {
  @Param({"V1", "V2"})
  ProxyProtocol version = ProxyProtocol.V2;

  @Param({"192.0.2.1", "2001:db8::1"})
  String client = "";

  private final ByteBuf header = Unpooled.directBuffer(ProxyHeader.LONGEST, ProxyHeader.LONGEST);
  private InetSocketAddress source = new InetSocketAddress(0);
  private InetSocketAddress destination = new InetSocketAddress(0);

  @Setup
  public void resolve() {
    source = new InetSocketAddress(client, 40000);
    destination = new InetSocketAddress(client, 443);
  }

  @Benchmark
  public int header() {
    ProxyHeader.write(version, source, destination, header.clear());
    return header.readableBytes();
  }
}
