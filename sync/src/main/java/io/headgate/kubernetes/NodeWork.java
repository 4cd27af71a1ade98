package io.headgate.kubernetes;

import java.util.Optional;

/**
 * What has been written on one Node, and when it may be written again. The annotation {@code
 * headgate.io/connections} changes with every connection, so it is written now and then only; but
 * that none is left is waited for.
 *
 * @param uid of the Node
 * @param sinceNs since when something is to be written
 * @param last our last write that succeeded
 * @param failures in a row
 * @param notBeforeNs when it may be tried again
 */
record NodeWork(String uid, long sinceNs, Optional<Written> last, int failures, long notBeforeNs) {
  private static final String NONE_LEFT = "0";

  /**
   * @param over what was there before
   */
  record Written(String said, String over, long atNs) {}

  static NodeWork of(String uid, long nowNs) {
    return new NodeWork(uid, nowNs, Optional.empty(), 0, nowNs);
  }

  /**
   * When {@code wanted}, which is not what is there, may be written.
   *
   * @param there the annotation as the watch has told it; empty for none
   */
  long dueNs(String there, String wanted, WriterSettings settings) {
    long earliest = last.map(written -> dueNs(written, there, wanted, settings)).orElse(sinceNs);
    return earliest - notBeforeNs > 0 ? earliest : notBeforeNs;
  }

  private long dueNs(Written written, String there, String wanted, WriterSettings settings) {
    boolean said = written.said().equals(wanted);
    if (said && written.over().equals(there)) {
      return written.atNs() + settings.echo().toNanos(); // the watch may be behind
    }
    return wanted.equals(NONE_LEFT) && !said
        ? sinceNs
        : written.atNs() + settings.nodeQuiet().toNanos();
  }

  NodeWork written(String there, String wanted, long nowNs) {
    return new NodeWork(uid, nowNs, Optional.of(new Written(wanted, there, nowNs)), 0, nowNs);
  }

  NodeWork failed(Failure failure, long nowNs, WriterSettings settings) {
    long again = nowNs + settings.backoff(failures + 1, failure.retryAfter()).toNanos();
    return new NodeWork(uid, sinceNs, last, failures + 1, again);
  }
}
