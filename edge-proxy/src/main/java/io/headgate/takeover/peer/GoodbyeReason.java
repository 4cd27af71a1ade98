package io.headgate.takeover.peer;

import java.util.Arrays;

/** Why an edge leaves. */
public enum GoodbyeReason {
  STOP(1),
  /** The same edge will be back in a moment. */
  RESTART(2),
  /** Another process of the same edge takes its listeners over. */
  UPGRADE(3);

  private final int code;

  GoodbyeReason(int code) {
    this.code = code;
  }

  /** On the wire. */
  int code() {
    return code;
  }

  /** A reason of a newer peer is still a goodbye, for good. */
  static GoodbyeReason of(int code) {
    return Arrays.stream(values()).filter(reason -> reason.code == code).findFirst().orElse(STOP);
  }
}
