package io.headgate.vrrp;

import java.util.Set;

/** What became of a packet. */
public sealed interface Received {
  /**
   * An advertisement for this group.
   *
   * @param style how the sender computes its checksum, to be answered in kind
   */
  record Valid(Advertisement advertisement, ChecksumStyle style, Set<Remark> remarks)
      implements Received {
    public Valid {
      remarks = Set.copyOf(remarks);
    }
  }

  /** To be counted, and otherwise as if it had not come. */
  record Dropped(DropReason reason) implements Received {}
}
