package io.headgate.vrrp;

import java.time.Duration;

/** What the fields of a packet can hold. */
final class Wire {
  static final int HEADER_BYTES = 8;
  static final int AUTHENTICATION_BYTES = 8;
  static final int TYPE_ADVERTISEMENT = 1;
  static final int PROTOCOL = 112;
  private static final Duration CENTISECOND = Duration.ofMillis(10);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int MAX_CENTISECONDS = 4095; // 12 bits
  private static final int MAX_SECONDS = 255;

  private Wire() {}

  static void checkRange(String what, int value, int low, int high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          what + " must be " + low + ".." + high + " but is " + value);
    }
  }

  /** That the interval can be written without loss. */
  static void checkInterval(int version, Duration interval) {
    checkRange("version", version, 2, 3);
    Duration unit = unit(version);
    int most = version == 2 ? MAX_SECONDS : MAX_CENTISECONDS;
    if (interval.compareTo(unit) < 0
        || interval.compareTo(unit.multipliedBy(most)) > 0
        || interval.toNanos() % unit.toNanos() != 0) {
      throw new IllegalArgumentException(
          "the interval of version "
              + version
              + (version == 2 ? " is whole seconds, 1..255" : " is tens of ms, 10 ms..40.95 s")
              + ", not "
              + interval);
    }
  }

  /** What an interval is counted in on the wire. */
  static Duration unit(int version) {
    return version == 2 ? SECOND : CENTISECOND;
  }

  static int units(int version, Duration interval) {
    return (int) (interval.toNanos() / unit(version).toNanos());
  }
}
