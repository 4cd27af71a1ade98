package io.headgate.bench;

import java.util.ArrayList;
import java.util.List;

/** What connections cost in memory, as text. */
final class MemoryText {
  private static final double MIB = 1 << 20;

  private MemoryText() {}

  /** Paragraphs, none where nothing was measured. */
  static List<String> parts(Outcome outcome) {
    List<String> parts = new ArrayList<>();
    if (!outcome.idle().isEmpty()) {
      parts.add(idle(outcome.idle()));
    }
    if (!outcome.stalled().isEmpty()) {
      parts.add(stalled(outcome.stalled()));
    }
    return parts;
  }

  private static String idle(List<IdleMemory> memories) {
    return new Table(
            List.of(
                "resident memory", "fresh", "with idle connections", "connections", "each adds"),
            memories.stream()
                .map(m ->
                    List.of(
                        m.subject().label(),
                        mib(m.freshBytes()),
                        mib(m.idleBytes()),
                        Integer.toString(m.connections()),
                        m.bytesPerConnection() + " bytes"))
                .toList())
        .markdown();
  }

  private static String stalled(List<StalledMemory> memories) {
    return new Table(
            List.of(
                "resident memory",
                "while idle",
                "while stalled",
                "connections",
                "each adds",
                "pipes"),
            memories.stream()
                .map(m ->
                    List.of(
                        m.subject().label(),
                        mib(m.idleBytes()),
                        mib(m.stalledBytes()),
                        Integer.toString(m.connections()),
                        m.bytesPerConnection() + " bytes",
                        Long.toString(m.pipes())))
                .toList())
        .markdown();
  }

  private static String mib(long bytes) {
    return "%.1f MiB".formatted(bytes / MIB);
  }
}
