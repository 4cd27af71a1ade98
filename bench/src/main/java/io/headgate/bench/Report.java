package io.headgate.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The outcome of a run as Markdown that also reads well on a terminal. */
record Report(
    String command,
    Setting setting,
    Subject.Kind subject,
    List<Slot> slots,
    List<IdleMemory> memories,
    List<String> warmUpErrors) {
  private static final double NOISY = 0.02;

  Report {
    slots = List.copyOf(slots);
    memories = List.copyOf(memories);
    warmUpErrors = List.copyOf(warmUpErrors);
  }

  long errors() {
    return warmUpErrors.size() + slots.stream().mapToLong(slot -> slot.load().errors()).sum();
  }

  String markdown() {
    List<String> parts = new ArrayList<>();
    parts.add("# CPU time of " + subject.label() + " beside other proxies");
    parts.add("`" + command + "`\n\n" + bullets(setting.lines()));
    if (!slots.isEmpty()) {
      parts.add(ratios());
      parts.add(errorsInWords());
      parts.add(absolutes());
      parts.add(noise());
    }
    if (!memories.isEmpty()) {
      parts.add(memory());
    }
    if (!slots.isEmpty()) {
      parts.add(everySlot());
    }
    return String.join("\n\n", parts) + "\n";
  }

  private String ratios() {
    String rows =
        Comparison.of(slots, subject).stream()
            .map(c ->
                "| %-7s | %-10s | %9s | %9s | %-14s | **%.2f** | %.2f – %.2f |"
                    .formatted(
                        c.workload().label(),
                        c.workload().unit(),
                        c.workload().cost(c.subjectCost()),
                        c.workload().cost(c.otherCost()),
                        c.other().label(),
                        c.ratio(),
                        c.ratios().getFirst(),
                        c.ratios().getLast()))
            .collect(Collectors.joining("\n"));
    return """
    | load    | CPU per    | %s | other | which is | ratio | min – max |
    |---------|------------|-----------|-----------|----------------|----------|-------------|
    """
            .formatted(subject.label())
        + rows;
  }

  private String errorsInWords() {
    if (errors() == 0) {
      return "Errors: 0.";
    }
    return "**ERRORS: "
        + errors()
        + "; the figures are not to be trusted.**\n\n"
        + bullets(
            Stream.concat(
                    warmUpErrors.stream().map(error -> "warm-up: " + error),
                    slots.stream().filter(slot -> slot.load().errors() > 0).map(Report::errors))
                .toList());
  }

  private static String errors(Slot slot) {
    return "%s, %s, pass %d: %d, first: %s"
        .formatted(
            slot.subject().label(),
            slot.workload().label(),
            slot.pass() + 1,
            slot.load().errors(),
            slot.load().firstError());
  }

  private String absolutes() {
    List<Subject.Kind> kinds = slots.stream().map(Slot::subject).distinct().sorted().toList();
    String header =
        "| median CPU per | "
            + kinds.stream().map(Subject.Kind::label).collect(Collectors.joining(" | "))
            + " |\n|---|"
            + "---|".repeat(kinds.size());
    String rows =
        slots.stream()
            .map(Slot::workload)
            .distinct()
            .sorted()
            .map(workload ->
                "| "
                    + workload.unit()
                    + " | "
                    + kinds.stream()
                        .map(kind -> workload.cost(Comparison.cost(slots, workload, kind)))
                        .collect(Collectors.joining(" | "))
                    + " |")
            .collect(Collectors.joining("\n"));
    return header + "\n" + rows;
  }

  private String noise() {
    List<Double> stolen = slots.stream().map(Slot::stolenShare).sorted().toList();
    List<Double> strangers = slots.stream().map(Slot::strangersShare).sorted().toList();
    long noisy =
        slots.stream()
            .filter(slot -> slot.stolenShare() > NOISY || slot.strangersShare() > NOISY)
            .count();
    return String.format(
        Locale.ROOT,
        "Noise: other processes had %.1f %% of the machine (median; worst slot %.1f %%), its host"
            + " took %.1f %% (worst %.1f %%); above 2 %% of either in %d of %d slots.",
        100 * Comparison.median(strangers),
        100 * strangers.getLast(),
        100 * Comparison.median(stolen),
        100 * stolen.getLast(),
        noisy,
        slots.size());
  }

  private String memory() {
    return """
    | resident memory | fresh | with idle connections | connections | each adds |
    |-----------------|-------|-----------------------|-------------|-----------|
    """
        + memories.stream()
            .map(m ->
                "| %s | %.1f MiB | %.1f MiB | %d | %d bytes |"
                    .formatted(
                        m.subject().label(),
                        m.freshBytes() / (double) (1 << 20),
                        m.idleBytes() / (double) (1 << 20),
                        m.connections(),
                        m.bytesPerConnection()))
            .collect(Collectors.joining("\n"));
  }

  private String everySlot() {
    return """
    <details><summary>Every slot</summary>

    ```csv
    pass,load,proxy,cpu_seconds,units,errors,stolen_share,strangers_share
    %s
    ```
    </details>\
    """
        .formatted(
            slots.stream()
                .sorted(Comparator.comparing(Slot::workload).thenComparingInt(Slot::pass))
                .map(slot ->
                    "%d,%s,%s,%.2f,%.3f,%d,%.4f,%.4f"
                        .formatted(
                            slot.pass() + 1,
                            slot.workload().label(),
                            slot.subject().label(),
                            slot.cpuSeconds(),
                            slot.load().units(),
                            slot.load().errors(),
                            slot.stolenShare(),
                            slot.strangersShare()))
                .collect(Collectors.joining("\n")));
  }

  private static String bullets(List<String> lines) {
    return lines.stream().map(line -> "- " + line).collect(Collectors.joining("\n"));
  }
}
