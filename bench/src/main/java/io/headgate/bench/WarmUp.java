package io.headgate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives every proxy every load before it is measured: Headgate as long as asked for, and on while
 * its cost still falls, the others as long as it takes to fill their pools.
 */
record WarmUp(Options options, Contest contest, PrintStream progress) {
  private static final int OTHERS_SECONDS = 2;
  private static final int SLICE_SECONDS = 5;
  private static final int LONGEST = 4; // times what was asked for
  private static final double STILL_FALLING = 0.9; // of the cost a slice before

  /** Returns the errors, in words. */
  List<String> all() throws CannotCompare, IOException, InterruptedException {
    List<String> errors = new ArrayList<>();
    for (Workload workload : options.workloads()) {
      for (Subject.Kind kind : options.proxies()) {
        boolean compiles = kind.warmsUp() || kind == options.subject();
        errors.addAll(of(workload, kind, compiles ? options.warmUpSeconds() : OTHERS_SECONDS));
      }
    }
    return errors;
  }

  private List<String> of(Workload workload, Subject.Kind kind, int seconds)
      throws CannotCompare, IOException, InterruptedException {
    List<String> errors = new ArrayList<>();
    int spentSeconds = 0;
    boolean falling = true;
    double before = Double.POSITIVE_INFINITY;
    while (spentSeconds < seconds || (falling && spentSeconds < LONGEST * seconds)) {
      int slice = Math.min(seconds, SLICE_SECONDS);
      Slot slot = contest.slot(0, workload, kind, slice);
      progress.println("warm-up: " + slot.line());
      if (slot.load().errors() > 0) {
        errors.add(kind.label() + ", " + workload.label() + ": " + slot.load().firstError());
      }
      spentSeconds += slice;
      falling = slot.cost() < STILL_FALLING * before;
      before = slot.cost();
    }
    return errors;
  }
}
