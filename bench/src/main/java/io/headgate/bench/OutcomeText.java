package io.headgate.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One setting's part of the report. */
record OutcomeText(Subject.Kind subject, Outcome outcome) {
  private static final double NOISY = 0.02;

  /** Paragraphs. */
  List<String> parts() {
    List<String> parts = new ArrayList<>();
    parts.add("## " + outcome.setting().title());
    parts.add(Report.bullets(outcome.notes()));
    if (!slots().isEmpty()) {
      parts.add(ratios());
      parts.add(errors());
      parts.add(absolutes());
      parts.add(noise());
    }
    parts.addAll(MemoryText.parts(outcome));
    if (!outcome.starts().isEmpty()) {
      parts.add(starts());
    }
    if (slots().isEmpty() && outcome.errors() > 0) {
      parts.add(errors());
    }
    if (!slots().isEmpty()) {
      parts.add(everySlot());
    }
    return parts;
  }

  private List<Slot> slots() {
    return outcome.slots();
  }

  private String ratios() {
    return new Table(
            List.of(
                "load",
                "what",
                subject.label(),
                "other",
                "which is",
                "ratio",
                "min – max",
                "target"),
            Comparison.of(slots(), subject).stream().map(OutcomeText::row).toList())
        .markdown();
  }

  private static List<String> row(Comparison c) {
    return List.of(
        c.workload().label(),
        c.measure().of(c.workload()),
        c.measure().text(c.workload(), c.subjectCost()),
        c.measure().text(c.workload(), c.otherCost()),
        c.other().label(),
        "**%.2f**".formatted(c.ratio()),
        "%.2f – %.2f".formatted(c.ratios().getFirst(), c.ratios().getLast()),
        Target.of(c).stream().mapToObj("≤ %.2f"::formatted).findFirst().orElse(""));
  }

  private String errors() {
    return outcome.errors() == 0
        ? "Errors: 0."
        : "**ERRORS: "
            + outcome.errors()
            + "; the figures are not to be trusted.**\n\n"
            + Report.bullets(outcome.errorLines());
  }

  private String absolutes() {
    List<Subject.Kind> kinds = slots().stream().map(Slot::subject).distinct().sorted().toList();
    List<List<String>> rows =
        slots().stream()
            .map(Slot::workload)
            .distinct()
            .sorted()
            .flatMap(workload -> Measure.all(workload).map(m -> row(workload, m, kinds)))
            .toList();
    return new Table(prefixed("median", kinds, Subject.Kind::label), rows).markdown();
  }

  private List<String> row(Workload workload, Measure measure, List<Subject.Kind> kinds) {
    var cost = new Cost(slots(), workload, measure);
    return prefixed(measure.of(workload), kinds, cost::text);
  }

  private static List<String> prefixed(
      String first, List<Subject.Kind> kinds, Function<Subject.Kind, String> text) {
    return Stream.concat(Stream.of(first), kinds.stream().map(text)).toList();
  }

  private String starts() {
    List<ColdStart> starts = outcome.starts();
    return new Table(
            List.of(
                "cold start (median)",
                "accepts after",
                "CPU until then",
                "CPU per connection of the first " + ColdStart.CONNECTIONS,
                "min – max"),
            starts.stream()
                .map(ColdStart::subject)
                .distinct()
                .sorted()
                .map(kind -> startRow(starts, kind))
                .toList())
        .markdown();
  }

  private static List<String> startRow(List<ColdStart> starts, Subject.Kind kind) {
    List<Double> costs =
        starts.stream()
            .filter(start -> start.subject() == kind)
            .map(ColdStart::cost)
            .sorted()
            .toList();
    return List.of(
        kind.label(),
        "%.2f s".formatted(ColdStart.median(starts, kind, ColdStart::acceptsAfterSeconds)),
        "%.2f s".formatted(ColdStart.median(starts, kind, ColdStart::startCpuSeconds)),
        Workload.CONNECTIONS.cost(ColdStart.median(starts, kind, ColdStart::cost)),
        Workload.CONNECTIONS.cost(costs.getFirst())
            + " – "
            + Workload.CONNECTIONS.cost(costs.getLast()));
  }

  private String noise() {
    List<Double> stolen = slots().stream().map(Slot::stolenShare).sorted().toList();
    List<Double> strangers = slots().stream().map(Slot::strangersShare).sorted().toList();
    long noisy =
        slots().stream()
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
        slots().size());
  }

  private String everySlot() {
    return """
    <details><summary>Every slot</summary>

    ```csv
    pass,load,proxy,cpu_seconds,units,errors,stolen_share,strangers_share,p50_us,p99_us,p999_us,max_us,lag99_us
    %s
    ```
    </details>\
    """
        .formatted(
            slots().stream()
                .sorted(Comparator.comparing(Slot::workload).thenComparingInt(Slot::pass))
                .map(Slot::csv)
                .collect(Collectors.joining("\n")));
  }
}
