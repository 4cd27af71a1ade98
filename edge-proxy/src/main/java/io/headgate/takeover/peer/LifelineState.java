package io.headgate.takeover.peer;

/** Whether the death of a peer's process would be seen at once. */
public enum LifelineState {
  /** It has none, or was not met yet. */
  NONE,
  /** It has one, which we do not reach. */
  UNREACHED,
  HELD
}
