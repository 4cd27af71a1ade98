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
    List<String> warmUpErrors) {
  Outcome {
    notes = List.copyOf(notes);
    slots = List.copyOf(slots);
    idle = List.copyOf(idle);
    stalled = List.copyOf(stalled);
    warmUpErrors = List.copyOf(warmUpErrors);
  }

  long errors() {
    return warmUpErrors.size() + slots.stream().mapToLong(slot -> slot.load().errors()).sum();
  }

  /** Where the errors were and what, a line each. */
  List<String> errorLines() {
    return Stream.concat(
            warmUpErrors.stream().map(error -> "warm-up: " + error),
            slots.stream().filter(slot -> slot.load().errors() > 0).map(Outcome::errorLine))
        .toList();
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
