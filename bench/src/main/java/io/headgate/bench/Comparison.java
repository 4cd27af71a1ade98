package io.headgate.bench;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the subject costs under one workload, by one measure, beside the cheapest configuration of
 * another program.
 *
 * <p>A ratio is formed within a pass, of two slots seconds apart, so that a machine that grows
 * slower or busier during the run moves both. The cheapest configuration is the one with the lower
 * median over the whole run; to take the cheaper one pass by pass would favour luck.
 *
 * @param subjectCost median of the measure, in seconds
 * @param otherCost median of the measure, in seconds
 * @param ratios the subject's cost by the other's, one of each pass, ascending
 */
record Comparison(
    Workload workload,
    Measure measure,
    Subject.Kind subject,
    Subject.Kind other,
    double subjectCost,
    double otherCost,
    List<Double> ratios) {
  Comparison {
    ratios = List.copyOf(ratios);
  }

  /** One for each workload, measure and program that was measured beside {@code subject}. */
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
        .flatMap(workload ->
            Measure.all(workload)
                .filter(Measure::isOfTheProxy)
                .map(measure -> new Cost(slots, workload, measure)))
        .flatMap(cost -> families.stream().map(family -> beside(cost, subject, family)))
        .toList();
  }

  private static Comparison beside(Cost cost, Subject.Kind subject, String family) {
    Subject.Kind other =
        cost.slots().stream()
            .filter(slot -> slot.workload() == cost.workload() && slot.subject() != subject)
            .map(Slot::subject)
            .filter(kind -> kind.family().equals(family))
            .distinct()
            .min(Comparator.comparingDouble(cost::median))
            .orElseThrow();
    double[] ours = cost.byPass(subject);
    double[] theirs = cost.byPass(other);
    List<Double> ratios =
        IntStream.range(0, Math.min(ours.length, theirs.length))
            .mapToObj(pass -> ours[pass] / theirs[pass])
            .sorted()
            .toList();
    return new Comparison(
        cost.workload(),
        cost.measure(),
        subject,
        other,
        cost.median(subject),
        cost.median(other),
        ratios);
  }

  double ratio() {
    return median(ratios);
  }

  /** Of values in ascending order, at least one. */
  static double median(List<Double> ascending) {
    int size = ascending.size();
    return (ascending.get((size - 1) / 2) + ascending.get(size / 2)) / 2;
  }
}
