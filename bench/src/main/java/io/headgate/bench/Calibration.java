package io.headgate.bench;

import java.io.IOException;
import java.util.List;

/** Finds the rate of the open loop: half of what HAProxy's copying configuration reaches. */
final class Calibration {
  private static final double SHARE = 0.5;
  private static final int WARM_UP_SECONDS = 1;
  private static final int SECONDS = 3;

  private Calibration() {}

  /** Requests per second, from a closed loop through a HAProxy started for it. */
  static int rate(Stage stage, Ends ends, Loads loads, int workers)
      throws CannotCompare, IOException, InterruptedException {
    var haproxy = new Haproxy(Subject.Kind.HAPROXY_COPY, List.of());
    Proxy proxy = Proxy.start(stage, ends, haproxy, "calibration", workers);
    try {
      loads.run(Workload.REQUESTS, proxy.site(), WARM_UP_SECONDS);
      return rate(loads.run(Workload.REQUESTS, proxy.site(), SECONDS), SECONDS);
    } finally {
      stage.stop(proxy.started());
    }
  }

  /** Half of what a closed loop got through in so long, at least 1. */
  static int rate(Load closedLoop, int seconds) {
    return Math.max(1, (int) (SHARE * closedLoop.units() / seconds));
  }
}
