package io.headgate.takeover.peer;

import io.headgate.takeover.peer.WatchEvent.DialFailure;

/** The counters of one peer while they count. Belongs to the peer-link thread. */
final class PeerTally {
  long dials;
  long met;
  long sent;
  long unsent;
  long received;
  long gone;
  private long refusedDials;
  private long otherKeys;

  void count(DialFailure why) {
    switch (why) {
      case REFUSED -> refusedDials++;
      case OTHER_KEY -> otherKeys++;
      case TIMED_OUT, UNREACHABLE, CUT_SHORT, MISDIRECTED -> {}
    }
  }

  PeerCounters counters() {
    return new PeerCounters(dials, refusedDials, otherKeys, met, sent, unsent, received, gone);
  }
}
