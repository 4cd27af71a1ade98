package io.headgate.bench;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What the subject costs under one workload beside the cheapest configuration of another program.
 *
 * <p>A ratio is formed within a pass, of two slots seconds apart, so that a machine that grows
 * slower or busier during the run moves both. The cheapest configuration is the one with the lower
 * median over the whole run; to take the cheaper one pass by pass would favour luck.
 *
 * @param subjectCost median, in CPU seconds per unit
 * @param otherCost median, in CPU seconds per unit
 * @param ratios the subject's cost by the other's, one of each pass, ascending
 */
record Comparison(
    Workload workload,
    Subject.Kind subject,
    Subject.Kind other,
    double subjectCost,
    double otherCost,
    List<Double> ratios) {
  Comparison {
    ratios = List.copyOf(ratios);
  }

  /** One for each workload and each program that was measured beside {@code subject}. */
  static List<Comparison> of(List<Slot> slots, Subject.Kind subject) {
    List<String> families =
        slots.stream()
            .map(Slot::subject)
            .filter(kind -> kind != subject)
            .map(Subject.Kind::family)
            .distinct()
            .sorted()
            .toList();
    return Arrays.stream(Workload.values())
        .filter(workload -> slots.stream().anyMatch(slot -> slot.workload() == workload))
        .flatMap(
            workload -> families.stream().map(family -> beside(slots, workload, subject, family)))
        .toList();
  }

  private static Comparison beside(
      List<Slot> slots, Workload workload, Subject.Kind subject, String family) {
    Subject.Kind other =
        slots.stream()
            .filter(slot -> slot.workload() == workload && slot.subject() != subject)
            .map(Slot::subject)
            .filter(kind -> kind.family().equals(family))
            .distinct()
            .min(Comparator.comparingDouble(kind -> cost(slots, workload, kind)))
            .orElseThrow();
    double[] ours = costs(slots, workload, subject).toArray();
    double[] theirs = costs(slots, workload, other).toArray();
    List<Double> ratios =
        IntStream.range(0, Math.min(ours.length, theirs.length))
            .mapToObj(pass -> ours[pass] / theirs[pass])
            .sorted()
            .toList();
    return new Comparison(
        workload,
        subject,
        other,
        cost(slots, workload, subject),
        cost(slots, workload, other),
        ratios);
  }

  /** The median over all passes, in CPU seconds per unit. */
  static double cost(List<Slot> slots, Workload workload, Subject.Kind subject) {
    return median(costs(slots, workload, subject).boxed().sorted().toList());
  }

  double ratio() {
    return median(ratios);
  }

  private static DoubleStream costs(List<Slot> slots, Workload workload, Subject.Kind subject) {
    return slots.stream()
        .filter(slot -> slot.workload() == workload && slot.subject() == subject)
        .sorted(Comparator.comparingInt(Slot::pass))
        .mapToDouble(Slot::cost);
  }

  /** Of values in ascending order, at least one. */
  static double median(List<Double> ascending) {
    int size = ascending.size();
    return (ascending.get((size - 1) / 2) + ascending.get(size / 2)) / 2;
  }
}
