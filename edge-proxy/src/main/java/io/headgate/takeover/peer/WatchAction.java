package io.headgate.takeover.peer;

import io.headgate.takeover.peer.WatchEvent.End;

/** What the watch wants done. */
sealed interface WatchAction {
  /** Ends in {@link WatchEvent.Met} or {@link WatchEvent.DialFailed}, sooner or later. */
  record Dial() implements WatchAction {}

  record Ping(End end) implements WatchAction {}

  /** Close it; that is no event. */
  record Drop(End end) implements WatchAction {}
}
