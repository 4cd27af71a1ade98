package io.headgate.bench.takeover;

import java.util.Locale;

/** What befalls the owner. */
enum Fault {
  CRASH("everything on the host is killed"),
  CABLE("its cable is pulled"),
  CUT("its packets are dropped, both ways, the carrier stays"),
  LEAVE("SIGTERM"),
  PLANNED("the operator's failover"),
  PAUSE("its processes stop for 1.5 times what the backup waits"),
  LONG_PAUSE("its processes stop for 5 times what the backup waits"),
  HEAL("a split of 5 s ends");

  private final String words;

  Fault(String words) {
    this.words = words;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String words() {
    return words;
  }

  /** Whether both edges can be reached at the end, and so must agree on who owns the addresses. */
  boolean endsTogether() {
    return switch (this) {
      case CRASH, LEAVE, PLANNED, PAUSE, LONG_PAUSE, HEAL -> true;
      case CABLE, CUT -> false;
    };
  }
}
