package io.headgate.kubernetes;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What keeps writes from being done: a server that is away or asks for patience, and rights that we
 * lack. Not thread-safe: the writer's thread owns it.
 */
final class Obstacles {
  private static final Logger LOG = LoggerFactory.getLogger(Obstacles.class);

  private final WriterSettings settings;
  private final Map<String, Refusal> refusals = new HashMap<>();
  private final Map<String, String> missing = new TreeMap<>();
  private long pausedUntilNs;
  private boolean paused;
  private int inARow;
  private long failures;
  private String lastError = "";

  /** Of one right, so often in a row. */
  private record Refusal(int inARow, long untilNs) {}

  Obstacles(WriterSettings settings) {
    this.settings = settings;
  }

  boolean paused(long nowNs) {
    return paused && nowNs - pausedUntilNs < 0;
  }

  /** Whether this deed is not to be tried now. */
  boolean block(Deed deed, long nowNs) {
    Refusal refusal = refusals.get(deed.right());
    return paused(nowNs) || (refusal != null && nowNs - refusal.untilNs() < 0);
  }

  void cleared(Deed deed) {
    paused = false;
    inARow = 0;
    lastError = "";
    refusals.remove(deed.right());
    if (missing.remove(deed.right()) != null) {
      LOG.info("the cluster now allows us to {}", deed.right());
    }
  }

  void met(Deed deed, Failure failure, long nowNs) {
    failures++;
    switch (failure.code()) {
      case 403 -> forbidden(deed, failure, nowNs);
      case 0, 401, 429, 502, 503, 504 -> {
        inARow++;
        paused = true;
        pausedUntilNs = nowNs + settings.backoff(inARow, failure.retryAfter()).toNanos();
        said(failure);
      }
      case 404, 409 -> LOG.debug("{}: {}", deed.subject(), failure.text());
      default -> {
        LOG.debug("{}: {}", deed.subject(), failure.text());
        boolean madeAnew = failure.code() == 422 && failure.text().contains("metadata.uid");
        if (!madeAnew) { // else nothing is wrong
          lastError = deed.subject() + ": " + failure.text();
        }
      }
    }
  }

  long failures() {
    return failures;
  }

  List<String> missingRights() {
    return List.copyOf(missing.keySet());
  }

  String lastError() {
    return lastError;
  }

  /** An API server that has just started refuses what it allows a second later. */
  private void forbidden(Deed deed, Failure failure, long nowNs) {
    Refusal last = refusals.get(deed.right());
    int inARow = last == null ? 1 : last.inARow() + 1;
    refusals.put(
        deed.right(), new Refusal(inARow, nowNs + settings.forbiddenPause(inARow).toNanos()));
    lastError = failure.text();
    if (failure.text().contains("being terminated")) {
      return; // no right is missing: nothing can be made in a namespace that goes
    }
    if (missing.put(deed.right(), failure.text()) == null) {
      LOG.warn(
          "the cluster does not allow us to {}; see the ClusterRole in config/kubernetes: {}",
          deed.right(),
          failure.text());
    }
  }

  private void said(Failure failure) {
    if (!failure.text().equals(lastError)) {
      LOG.warn("writing to the cluster: {}", failure.text());
    }
    lastError = failure.text();
  }
}
