package io.headgate.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.headgate.model.RoutePolicy;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** What the fast relay's event loop allocates, counted by the JVM for that thread alone. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class FastRelayAllocationTest {
  private static final int EXCHANGES = 20_000;
  private static final long LOOP_ITSELF_BYTES = 1; // per chunk: the sweep, and what Netty schedules
  private static final Duration COMPILED_WITHIN = Duration.ofSeconds(60);

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private Rig rig = new Rig(RelayKind.FAST);

  @BeforeEach
  void assumeAvailable() {
    RelayKind.FAST.assumeAvailable();
  }

  @AfterEach
  void closeRig() {
    rig.close();
  }

  /** Interpreted code allocates what compiled code does not, so the best of all tries counts. */
  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ANY, names = "FAST.*")
  void a_chunk_costs_no_allocation(RelayKind kind) {
    rig = new Rig(kind);
    rig.workers(1);
    EchoServer echo = rig.echo("e");
    Peer client = rig.connect(rig.serve(Policy.PLAIN, Rig.up(echo.address())));
    client.read(1);
    long startNs = System.nanoTime();
    long least = Long.MAX_VALUE;
    while (least > LOOP_ITSELF_BYTES && System.nanoTime() - startNs < COMPILED_WITHIN.toNanos()) {
      least = Math.min(least, bytesPerChunk(client));
    }
    assertThat(least).isLessThanOrEqualTo(LOOP_ITSELF_BYTES);
  }

  private long bytesPerChunk(Peer client) {
    byte[] chunk = Bytes.random(7, 1_000);
    long before = allocatedByLoops();
    for (int i = 0; i < EXCHANGES; i++) {
      client.send(chunk);
      client.read(chunk.length);
    }
    return (allocatedByLoops() - before) / (2 * EXCHANGES);
  }

  private long allocatedByLoops() {
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(thread -> thread != null && thread.getThreadName().startsWith("relay-"))
        .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getThreadId()))
        .sum();
  }

  /** Two sockets, what is known of them, and the account that is given at the end. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3_600})
  void a_connection_costs_less_than_three_kib(int affinitySeconds) {
    rig.workers(1);
    EchoServer echo = rig.echo("e");
    RoutePolicy policy = new Policy().clientAffinity(Duration.ofSeconds(affinitySeconds)).build();
    var address = rig.serve(policy, Rig.up(echo.address()));
    long startNs = System.nanoTime();
    long least = Long.MAX_VALUE;
    while (least > 3_072 && System.nanoTime() - startNs < COMPILED_WITHIN.toNanos()) {
      long before = allocatedByLoops();
      for (int i = 0; i < 1_000; i++) {
        try (Peer client = Peer.connect(address)) {
          client.read(1);
        }
      }
      rig.expectActive(0);
      least = Math.min(least, (allocatedByLoops() - before) / 1_000);
    }
    System.out.println("bytes allocated per connection: " + least);
    assertThat(least).isLessThanOrEqualTo(3_072);
  }
}
