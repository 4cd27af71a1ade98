package io.headgate.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;

/**
 * What every {@link Relay} must do. A class per relay extends this; each test gets a new relay.
 *
 * <p>The parts are interfaces, so that each tells one story and all of them run, and are reported,
 * under the name of the relay that they are about.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
abstract class RelayContract
    implements CloseContract,
        ResetContract,
        StreamContract,
        ConnectContract,
        LimitContract,
        AffinityContract,
        SourceContract,
        SendProxyContract,
        AcceptProxyContract,
        TableContract,
        LifeContract {
  private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

  private final RelayKind kind;
  private final Rig rig;

  RelayContract(RelayKind kind) {
    this.kind = kind;
    this.rig = new Rig(kind);
  }

  @Override
  public final Rig rig() {
    return rig;
  }

  @BeforeAll
  static void watchForLeaks() {
    LEAKS.clear();
    ByteBufUtil.setLeakListener((resource, records) -> LEAKS.add(resource + ": " + records));
  }

  @BeforeEach
  final void assumeAvailable() {
    kind.assumeAvailable();
  }

  @AfterEach
  final void closeRig() {
    rig.close();
  }

  /** The detector reports a buffer that was collected unreleased when the next one is allocated. */
  @AfterAll
  static void no_buffer_has_leaked() {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Unpooled.buffer(1).release();
      ByteBufAllocator.DEFAULT.directBuffer(1).release();
    }
    assertThat(LEAKS).isEmpty();
  }
}
