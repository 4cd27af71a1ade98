package io.headgate.linux;

/** Whether something that is to be so had to be made so. */
public enum Change {
  MADE,
  /** It was so before. */
  NONE
}
