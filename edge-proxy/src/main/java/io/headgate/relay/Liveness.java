package io.headgate.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a Netty transport does not tell: that a connection was reset while nothing is read
 * from it, because the other side is slow or its input has ended, and that a peer has silently
 * gone. Owned by one event loop.
 */
final class Liveness {
  private final TcpInfo tcpInfo;
  private @Nullable Selector hangUps;

  Liveness(TcpInfo tcpInfo) {
    this.tcpInfo = tcpInfo;
  }

  /**
   * Whether the leg's connection is gone. One that both sides have ended in order, but that still
   * holds unread bytes, is told to read on instead.
   *
   * @param alsoIfSilent also where the peer answers nothing that the kernel repeats
   */
  boolean isDead(ChannelLeg leg, boolean alsoIfSilent) {
    boolean unwatched = leg.paused() || leg.inputEnded();
    if ((!alsoIfSilent && !unwatched) || leg.finished()) {
      return false;
    }
    if (leg.channel() instanceof NioSocket socket) {
      return hungUp(socket) && !endedInOrder(leg, false);
    }
    if (!leg.ask(tcpInfo)) {
      return false;
    }
    return tcpInfo.closed()
        ? !endedInOrder(leg, TcpInfo.failed(leg.channel()))
        : alsoIfSilent && tcpInfo.peerSilent();
  }

  /** A socket that has ended both ways holds the last bytes that its peer will ever send. */
  private static boolean endedInOrder(ChannelLeg leg, boolean failed) {
    if (!leg.outputEnding() || failed) {
      return false;
    }
    leg.readToEnd();
    return true;
  }

  private boolean hungUp(NioSocket socket) {
    try {
      Selector selector = hangUps;
      if (selector == null) {
        selector = Selector.open();
        hangUps = selector;
      }
      return socket.hungUp(selector);
    } catch (IOException _) { // no file descriptor left for a selector: next time
      return false;
    }
  }

  /** On the loop, when all connections have ended. */
  void close() {
    if (hangUps != null) {
      try {
        hangUps.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
