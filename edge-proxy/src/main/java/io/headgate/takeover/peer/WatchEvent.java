package io.headgate.takeover.peer;

import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;

/** What happens to the connections with one peer, and when (monotonic nanoseconds). */
sealed interface WatchEvent {
  long nowNs();

  /** One of the two connections of a pair. */
  enum End {
    DIALLED,
    ACCEPTED;

    End other() {
      return this == DIALLED ? ACCEPTED : DIALLED;
    }
  }

  /** How a connection ended that we did not end. */
  enum Ending {
    /** FIN or RST. */
    CLOSED,
    /** Anything else: an error of the network, or bytes that are no frames. */
    CUT
  }

  /** Why a dial came to nothing. */
  enum DialFailure {
    /** The kernel there says that nobody listens. */
    REFUSED,
    /** No answer to the connect, or none to TLS and hello. */
    TIMED_OUT,
    UNREACHABLE,
    /** A kernel accepted, and the connection closed before anybody answered. */
    CUT_SHORT,
    /** Something answers that is not one of ours. */
    OTHER_KEY,
    /** An edge answers, but this one, or a process that another has followed. */
    MISDIRECTED;

    /** By type, not by words, which are in the language of the host. */
    static DialFailure of(Throwable cause) {
      if (cause instanceof ConnectTimeoutException) {
        return TIMED_OUT;
      }
      // ECONNREFUSED, or ETIMEDOUT, for which connectWithin leaves the kernel no time.
      return cause instanceof ConnectException ? REFUSED : UNREACHABLE;
    }
  }

  record Started(long nowNs) implements WatchEvent {}

  /** The peer's hello came, on a connection that takes the place of an earlier one. */
  record Met(long nowNs, End end, long startId) implements WatchEvent {}

  /**
   * A frame came.
   *
   * @param answersLastPing a pong for the latest ping on this connection
   */
  record Heard(long nowNs, End end, boolean answersLastPing) implements WatchEvent {}

  record SaidGoodbye(long nowNs, End end, GoodbyeReason reason) implements WatchEvent {}

  record Ended(long nowNs, End end, Ending how) implements WatchEvent {}

  record DialFailed(long nowNs, DialFailure why) implements WatchEvent {}

  /** The lifeline of a process says that it has died. */
  record Died(long nowNs, long startId) implements WatchEvent {}

  record Ticked(long nowNs) implements WatchEvent {}
}
