package io.headgate.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What has been written on one Service, and whether it is to be written again.
 *
 * @param uid of the Service
 * @param due whether what is there is not what is wanted
 * @param sinceNs since when it is due
 * @param last our last write that succeeded
 * @param rewrittenNs when we had to write the same again because others had changed it
 * @param failures in a row
 * @param notBeforeNs when it may be tried again
 * @param contested let alone until {@code notBeforeNs}, because others keep rewriting it
 */
record StatusWork(
    String uid,
    boolean due,
    long sinceNs,
    Optional<Written> last,
    List<Long> rewrittenNs,
    int failures,
    long notBeforeNs,
    boolean contested) {

  /**
   * @param over what we saw there before; empty once the watch has told what we said
   * @param version of the Service in the answer
   */
  record Written(Inscription said, Optional<Inscription> over, String version, long atNs) {}

  StatusWork {
    rewrittenNs = List.copyOf(rewrittenNs);
  }

  static StatusWork of(String uid, long nowNs) {
    return new StatusWork(uid, false, nowNs, Optional.empty(), List.of(), 0, nowNs, false);
  }

  /**
   * After a look at what is there and what is wanted.
   *
   * @param contestLimit rewrites by others in a while that are too many
   */
  StatusWork seen(
      Inscription there,
      Inscription wanted,
      Inscription.Dropped dropped,
      int contestLimit,
      long nowNs,
      WriterSettings settings) {
    boolean stillContested = contested && nowNs - notBeforeNs < 0;
    if (Inscription.same(there, wanted, dropped)) {
      return new StatusWork(
          uid, false, nowNs, echoed(), recent(nowNs, settings), 0, notBeforeNs, stillContested);
    }
    boolean foreign = rewritten(there, wanted, nowNs, settings);
    if (foreign && recent(nowNs, settings).size() >= contestLimit && !stillContested) {
      long until = nowNs + settings.contestPause().toNanos();
      return new StatusWork(uid, true, nowNs, last, List.of(), 0, until, true);
    }
    long since = due ? sinceNs : nowNs;
    return new StatusWork(
        uid, true, since, last, rewrittenNs, failures, notBeforeNs, stillContested);
  }

  /** When it may be written; only where it is {@link #due}. */
  long dueNs(Inscription there, Inscription wanted, WriterSettings settings) {
    long earliest =
        last.filter(written -> written.said().equals(wanted))
            .filter(written -> written.over().equals(Optional.of(there)))
            .map(written -> written.atNs() + settings.echo().toNanos())
            .orElse(sinceNs);
    if (Ingress.same(there.ingress(), wanted.ingress(), false) && last.isPresent()) {
      long quietUntilNs = last.get().atNs() + settings.conditionQuiet().toNanos();
      earliest = earliest - quietUntilNs > 0 ? earliest : quietUntilNs;
    }
    return earliest - notBeforeNs > 0 ? earliest : notBeforeNs;
  }

  /**
   * The server has taken it.
   *
   * @param version of the Service in its answer. The same as after the last write: nothing had
   *     changed, and only the watch is behind
   */
  StatusWork written(
      Inscription there, Inscription wanted, String version, long nowNs, WriterSettings settings) {
    boolean again =
        last.isPresent()
            && last.get().said().equals(wanted)
            && !last.get().version().equals(version);
    List<Long> rewrites = new ArrayList<>(recent(nowNs, settings));
    if (again) {
      rewrites.add(nowNs);
    }
    return new StatusWork(
        uid,
        false,
        nowNs,
        Optional.of(new Written(wanted, Optional.of(there), version, nowNs)),
        rewrites,
        0,
        nowNs,
        false);
  }

  StatusWork failed(Failure failure, long nowNs, WriterSettings settings) {
    long again = nowNs + settings.backoff(failures + 1, failure.retryAfter()).toNanos();
    return new StatusWork(uid, due, sinceNs, last, rewrittenNs, failures + 1, again, contested);
  }

  /** Not what we wrote, and not for want of news from the watch. */
  private boolean rewritten(
      Inscription there, Inscription wanted, long nowNs, WriterSettings settings) {
    return last.filter(written -> written.said().equals(wanted))
        .filter(written ->
            !written.over().equals(Optional.of(there))
                || nowNs - written.atNs() >= settings.echo().toNanos())
        .isPresent();
  }

  private Optional<Written> echoed() {
    return last.map(written ->
        new Written(written.said(), Optional.empty(), written.version(), written.atNs()));
  }

  private List<Long> recent(long nowNs, WriterSettings settings) {
    return rewrittenNs.stream()
        .filter(at -> nowNs - at < settings.contestWindow().toNanos())
        .toList();
  }
}
