package io.headgate.relay;

import java.util.concurrent.TimeUnit;

/**
 * How long the side that is still there keeps its connection after the other was reset: a reset
 * throws away what the kernel has not yet delivered, so it waits until that is gone, but not for
 * ever. Belongs to the connection's event loop.
 */
final class Parting {
  private static final long AT_MOST_NS = TimeUnit.SECONDS.toNanos(2);
  private static final long UNACKNOWLEDGED_NS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long UNKNOWN_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Leg to;
  private final CloseReason reason;
  private final boolean anythingSent;
  private final long sinceNs;
  private boolean flushed;
  private long flushedAtNs;

  Parting(Leg to, CloseReason reason, boolean anythingSent, long nowNs) {
    this.to = to;
    this.reason = reason;
    this.anythingSent = anythingSent;
    this.sinceNs = nowNs;
  }

  Leg to() {
    return to;
  }

  CloseReason reason() {
    return reason;
  }

  boolean isFlushed() {
    return flushed;
  }

  /** All that was received before the reset is in the kernel's hands. */
  void flushed(long nowNs) {
    flushed = true;
    flushedAtNs = nowNs;
  }

  boolean isOver(TcpInfo info, long nowNs) {
    if (nowNs - sinceNs >= AT_MOST_NS) {
      return true;
    }
    if (!flushed) {
      return false;
    }
    if (!anythingSent) {
      return true;
    }
    long waitedNs = nowNs - flushedAtNs;
    if (!to.ask(info)) { // a transport that cannot tell: a guess
      return waitedNs >= UNKNOWN_NS;
    }
    return info.closed()
        || info.allAcknowledged()
        || (info.allSent() && waitedNs >= UNACKNOWLEDGED_NS);
  }
}
