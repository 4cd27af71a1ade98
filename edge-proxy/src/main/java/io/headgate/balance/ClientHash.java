package io.headgate.balance;

import java.net.InetAddress;

/** A hash of addresses that is the same on every edge and in every version of Java. */
public final class ClientHash {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private ClientHash() {}

  /** The port is left out: all connections of one client belong together. */
  public static long of(InetAddress address) {
    long hash = FNV_OFFSET;
    for (byte b : address.getAddress()) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return mixed(hash);
  }

  /** The finalizer of SplitMix64: every bit of the input reaches every bit of the output. */
  public static long mixed(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
