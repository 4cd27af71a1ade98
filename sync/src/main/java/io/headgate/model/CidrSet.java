package io.headgate.model;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A set of address ranges that answers {@link #contains} in the logarithm of its size.
 *
 * <p>IPv4 addresses are compared as IPv4-mapped IPv6 ones (RFC 4291 section 2.5.5.2), so a client
 * that reaches a dual-stack socket as {@code ::ffff:10.0.0.1} is the client {@code 10.0.0.1}.
 */
public final class CidrSet {
  public static final CidrSet NONE = new CidrSet(List.of());

  /**
   * Not empty, and no client is in it: only {@code ::}, from which no packet comes (RFC 4291
   * section 2.5.2). For where an empty set means everybody.
   */
  public static final CidrSet NOBODY = new CidrSet(List.of(unspecified()));

  private final List<Cidr> cidrs;
  // Disjoint ranges in ascending order, each four longs: first high, first low, last high, last
  // low.
  private final long[] ranges;

  private CidrSet(List<Cidr> cidrs) {
    this.cidrs = List.copyOf(cidrs);
    this.ranges = merged(this.cidrs);
  }

  public static CidrSet of(List<Cidr> cidrs) {
    return cidrs.isEmpty() ? NONE : new CidrSet(cidrs);
  }

  private static Cidr unspecified() {
    return Cidr.parse("::/128").orElseThrow();
  }

  /** The addresses that are in both sets; {@link #NOBODY} where there is none. */
  public CidrSet and(CidrSet other) {
    List<Cidr> both = new ArrayList<>();
    for (Cidr mine : cidrs) {
      for (Cidr theirs : other.cidrs) {
        if (within(mine, theirs)) {
          both.add(mine);
        } else if (within(theirs, mine)) {
          both.add(theirs);
        }
      }
    }
    return both.isEmpty() ? NOBODY : of(both.stream().distinct().toList());
  }

  /** Ranges are prefixes: of two that meet, one lies within the other. */
  private static boolean within(Cidr inner, Cidr outer) {
    Range in = range(inner);
    Range out = range(outer);
    return compare(out.firstHigh, out.firstLow, in.firstHigh, in.firstLow) <= 0
        && compare(in.lastHigh, in.lastLow, out.lastHigh, out.lastLow) <= 0;
  }

  public boolean isEmpty() {
    return cidrs.isEmpty();
  }

  /** The ranges as they were given. */
  public List<Cidr> cidrs() {
    return cidrs;
  }

  /**
   * Allocates nothing for an IPv4 address once it is compiled: the copy that {@code getAddress}
   * makes does not leave this method. That of an IPv6 address is a clone, which the compiler always
   * makes, and the JDK tells the bytes in no other way.
   */
  public boolean contains(InetAddress address) {
    if (ranges.length == 0) {
      return false;
    }
    if (address instanceof Inet4Address four) {
      return contains(0, mapped(four.getAddress()));
    }
    byte[] bytes = address.getAddress();
    return contains(high(bytes), low(bytes));
  }

  private boolean contains(long high, long low) {
    int below = 0;
    int above = ranges.length / 4;
    while (below < above) { // the last range that starts at or before the address
      int middle = (below + above) >>> 1;
      if (compare(ranges[4 * middle], ranges[4 * middle + 1], high, low) <= 0) {
        below = middle + 1;
      } else {
        above = middle;
      }
    }
    return below > 0 && compare(high, low, ranges[4 * below - 2], ranges[4 * below - 1]) <= 0;
  }

  private record Range(long firstHigh, long firstLow, long lastHigh, long lastLow) {}

  private static long[] merged(List<Cidr> cidrs) {
    List<Range> sorted = new ArrayList<>(cidrs.stream().map(CidrSet::range).toList());
    sorted.sort((a, b) -> compare(a.firstHigh, a.firstLow, b.firstHigh, b.firstLow));
    List<Range> disjoint = new ArrayList<>();
    for (Range range : sorted) {
      if (!disjoint.isEmpty()) {
        Range last = disjoint.getLast();
        if (compare(range.firstHigh, range.firstLow, last.lastHigh, last.lastLow) <= 0) {
          boolean longer = compare(range.lastHigh, range.lastLow, last.lastHigh, last.lastLow) > 0;
          if (longer) {
            disjoint.removeLast();
            disjoint.add(new Range(last.firstHigh, last.firstLow, range.lastHigh, range.lastLow));
          }
          continue;
        }
      }
      disjoint.add(range);
    }
    long[] flat = new long[4 * disjoint.size()];
    for (int i = 0; i < disjoint.size(); i++) {
      flat[4 * i] = disjoint.get(i).firstHigh;
      flat[4 * i + 1] = disjoint.get(i).firstLow;
      flat[4 * i + 2] = disjoint.get(i).lastHigh;
      flat[4 * i + 3] = disjoint.get(i).lastLow;
    }
    return flat;
  }

  private static Range range(Cidr cidr) {
    byte[] bytes = cidr.network().getAddress();
    int prefix = bytes.length == 4 ? cidr.prefixBits() + 96 : cidr.prefixBits();
    long highMask = prefix == 0 ? 0 : -1L << (64 - Math.min(prefix, 64));
    long lowMask = prefix <= 64 ? 0 : -1L << (128 - prefix);
    long high = high(bytes);
    long low = low(bytes);
    return new Range(high & highMask, low & lowMask, high | ~highMask, low | ~lowMask);
  }

  private static long high(byte[] bytes) {
    return bytes.length == 4 ? 0 : eight(bytes, 0);
  }

  private static long low(byte[] bytes) {
    return bytes.length == 4 ? mapped(bytes) : eight(bytes, 8);
  }

  /**
   * Written out, because the compiler keeps an array off the heap only without variable indexes.
   */
  private static long mapped(byte[] bytes) {
    return 0xffff_0000_0000L
        | (bytes[0] & 0xffL) << 24
        | (bytes[1] & 0xffL) << 16
        | (bytes[2] & 0xffL) << 8
        | (bytes[3] & 0xffL);
  }

  private static long eight(byte[] bytes, int from) {
    long value = 0;
    for (int i = from; i < from + 8; i++) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }

  private static int compare(long aHigh, long aLow, long bHigh, long bLow) {
    int high = Long.compareUnsigned(aHigh, bHigh);
    return high != 0 ? high : Long.compareUnsigned(aLow, bLow);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CidrSet set && set.cidrs.equals(cidrs);
  }

  @Override
  public int hashCode() {
    return cidrs.hashCode();
  }

  @Override
  public String toString() {
    return cidrs.toString();
  }
}
