package io.headgate.bench;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** One measure of one workload, over the slots of all passes and proxies. */
record Cost(List<Slot> slots, Workload workload, Measure measure) {
  Cost {
    slots = List.copyOf(slots);
  }

  /** In seconds, pass by pass. */
  double[] byPass(Subject.Kind subject) {
    return slots.stream()
        .filter(slot -> slot.workload() == workload && slot.subject() == subject)
        .sorted(Comparator.comparingInt(Slot::pass))
        .mapToDouble(measure::of)
        .toArray();
  }

  /** The median over all passes, in seconds. */
  double median(Subject.Kind subject) {
    return Comparison.median(Arrays.stream(byPass(subject)).sorted().boxed().toList());
  }

  /** That median for a reader. */
  String text(Subject.Kind subject) {
    return measure.text(workload, median(subject));
  }
}
