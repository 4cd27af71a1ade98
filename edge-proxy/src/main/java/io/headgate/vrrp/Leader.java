package io.headgate.vrrp;

import java.net.InetAddress;

/** An Active as a Backup last heard it by one family. */
public record Leader(InetAddress source, int priority, long intervalNs, long heardAtNs) {
  private static final int MISSED = 4;

  /** Whether it has missed no advertisement, or one that was lost. */
  public boolean speaks(long nowNs) {
    return nowNs - heardAtNs < 2 * intervalNs + intervalNs / 2;
  }

  /** Whether it was heard lately enough to count as living. */
  boolean isFresh(long nowNs) {
    return nowNs - heardAtNs < MISSED * intervalNs;
  }
}
