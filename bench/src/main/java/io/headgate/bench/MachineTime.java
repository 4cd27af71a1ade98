package io.headgate.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What all CPUs of the machine have done so far, from the first line of {@code /proc/stat}.
 *
 * @param busyTicks in user, nice, system, irq and softirq
 * @param stolenTicks taken by the host of a virtual machine
 * @param totalTicks all, idle included
 */
record MachineTime(long busyTicks, long stolenTicks, long totalTicks) {
  static MachineTime now() {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      return of(lines.findFirst().orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static MachineTime of(String line) {
    String[] fields = line.strip().split("\\s+", -1);
    long[] ticks = new long[8];
    for (int i = 0; i < ticks.length; i++) {
      ticks[i] = Long.parseLong(fields[i + 1]);
    }
    long idle = ticks[3] + ticks[4];
    long stolen = ticks[7];
    long busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6];
    return new MachineTime(busy, stolen, busy + stolen + idle);
  }

  /** What has been done since {@code earlier}. */
  MachineTime since(MachineTime earlier) {
    return new MachineTime(
        busyTicks - earlier.busyTicks,
        stolenTicks - earlier.stolenTicks,
        totalTicks - earlier.totalTicks);
  }

  /** The share of all CPU time that the host took away, 0..1. */
  double stolenShare() {
    return totalTicks == 0 ? 0 : (double) stolenTicks / totalTicks;
  }

  /** The share of all CPU time that went to others than those who used {@code ownTicks}, 0..1. */
  double strangersShare(double ownTicks) {
    return totalTicks == 0 ? 0 : Math.max(0, busyTicks - ownTicks) / totalTicks;
  }
}
