package io.headgate.bench;

import java.util.List;
import java.util.stream.Stream;

/**
 * What one setting has shown.
 *
 * @param notes what a reader has to know of this setting
 * @param warmUpErrors in words
 */
record Outcome(
    Setting setting,
    List<String> notes,
    List<Slot> slots,
    List<IdleMemory> idle,
    List<StalledMemory> stalled,
    List<ColdStart> starts,
    List<String> warmUpErrors) {
  Outcome {
    notes = List.copyOf(notes);
    slots = List.copyOf(slots);
    idle = List.copyOf(idle);
    stalled = List.copyOf(stalled);
    starts = List.copyOf(starts);
    warmUpErrors = List.copyOf(warmUpErrors);
  }

  long errors() {
    return warmUpErrors.size()
        + starts.stream().mapToLong(start -> start.load().errors()).sum()
        + slots.stream().mapToLong(slot -> slot.load().errors()).sum();
  }

  /** Where the errors were and what, a line each. */
  List<String> errorLines() {
    return Stream.of(
            warmUpErrors.stream().map(error -> "warm-up: " + error),
            starts.stream().filter(start -> start.load().errors() > 0).map(Outcome::errorLine),
            slots.stream().filter(slot -> slot.load().errors() > 0).map(Outcome::errorLine))
        .flatMap(lines -> lines)
        .toList();
  }

  private static String errorLine(ColdStart start) {
    return "%s, start: %d, first: %s"
        .formatted(start.subject().label(), start.load().errors(), start.load().firstError());
  }

  private static String errorLine(Slot slot) {
    return "%s, %s, pass %d: %d, first: %s"
        .formatted(
            slot.subject().label(),
            slot.workload().label(),
            slot.pass() + 1,
            slot.load().errors(),
            slot.load().firstError());
  }
}
