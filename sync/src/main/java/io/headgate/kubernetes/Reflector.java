package io.headgate.kubernetes;

import io.headgate.kubernetes.Update.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one source for ever: LIST, WATCH, and after whatever happens again from where it was.
 * {@link Position} and {@link RemovalBrake} decide; this is the thread that asks and tells.
 *
 * <p>All fields but {@code wake}, {@code stopped} and {@code tally} are owned by the one thread in
 * {@link #run}.
 */
final class Reflector implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Reflector.class);

  private final Source source;
  private final ApiAccess access;
  private final WatchSettings settings;
  private final Consumer<Update> updates;
  private final Tally tally = new Tally();
  private final Semaphore wake = new Semaphore(0);
  private final SeenVersions seen = new SeenVersions();
  private Position position = Position.START;
  private Optional<ApiClient> known = Optional.empty();
  private volatile boolean stopped;

  Reflector(Source source, ApiAccess access, WatchSettings settings, Consumer<Update> updates) {
    this.source = source;
    this.access = access;
    this.settings = settings;
    this.updates = updates;
  }

  Source source() {
    return source;
  }

  Tally tally() {
    return tally;
  }

  /**
   * Before {@link #run}: keys that an earlier run knew, for the brake to compare the first list.
   */
  void assume(Set<String> keys) {
    seen.assume(keys);
  }

  /** Ends a pause: something has changed that may make the next try succeed. Any thread. */
  void wake() {
    wake.release();
  }

  /** Ends {@link #run} soon. Any thread. */
  void stop() {
    stopped = true;
    wake();
  }

  /** Until {@link #stop}, or the thread is interrupted. */
  @Override
  public void run() {
    try {
      while (!stopped) {
        turn();
        pause();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One step. A bug in it must not end the following of the cluster: it counts as a failure. */
  private void turn() throws InterruptedException {
    try {
      Optional<ApiClient> client = access.client();
      if (client.isEmpty()) {
        fail(Failure.of(access.problem()));
        return;
      }
      if (!client.equals(known)) {
        known = client;
        position = position.withoutVersion(); // the new one may lead to another cluster
      }
      if (position.listNext(System.nanoTime(), settings.relistAfter())) {
        list(client.get());
      } else {
        watch(client.get());
      }
    } catch (RuntimeException e) {
      LOG.error("following {} failed; trying again", source, e);
      fail(Failure.of(e.getClass().getSimpleName()));
    }
  }

  private void fail(Failure failure) {
    failed(failure);
    position = position.listFailed(failure);
  }

  private void pause() throws InterruptedException {
    Duration pause = position.pause(settings, ThreadLocalRandom.current().nextDouble());
    wake.drainPermits();
    if (!pause.isZero()) {
      wake.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void list(ApiClient client) {
    switch (client.list(source)) {
      case ApiClient.Listing.All all -> listed(all);
      case ApiClient.Listing.Failed(var failure) -> {
        if (outdated(client)) {
          return; // our own closing of the connection
        }
        if (failure.absent() && source.resource().optional()) {
          absent(failure);
          return;
        }
        fail(failure);
        recover(client, failure);
        if (source.resource().optional() && (failure.refused() || position.listsInVain())) {
          updates.accept(new Update.Unread(source, failure.text()));
        }
      }
    }
  }

  /** The cluster does not know the resource: there is none of it, and there may be one day. */
  private void absent(Failure failure) {
    String what = "the cluster has no " + source.resource().qualified() + "; looking for it";
    if (!what.equals(tally.lastError())) {
      LOG.info("{}", what);
    }
    listed(new ApiClient.Listing.All("", Map.of(), Map.of()));
    position = position.listFailed(failure);
    tally.lacks(what);
  }

  private void listed(ApiClient.Listing.All all) {
    long nowNs = System.nanoTime();
    Set<String> missing = seen.missingFrom(all.items().keySet());
    var verdict =
        RemovalBrake.judge(
            missing, seen.keys().size(), position.heldUntilNs(), nowNs, settings.hold());
    tally.confirmed(Instant.now());
    position = position.listed(all.version(), nowNs, verdict.untilNs());
    if (verdict.untilNs().isPresent()) {
      tally.failed(
          "a list has left out %d of %d; keeping them until it is confirmed"
              .formatted(missing.size(), seen.keys().size()));
      LOG.warn("{}: {}", source.resource().plural(), tally.lastError());
      if (!tally.isListed() && !source.resource().optional()) {
        return; // what the snapshot file told stays in force until the second list
      }
    }
    tally.listed();
    seen.listed(all.versions(), verdict.kept());
    updates.accept(new Update.Replaced(source, all.items(), verdict.kept()));
  }

  private void watch(ApiClient client) throws InterruptedException {
    long startNs = System.nanoTime();
    Duration lifetime = lifetime();
    long endNs = startNs + longest(lifetime, startNs).toNanos();
    try (WatchStream stream = client.watch(source, position.version().orElseThrow(), lifetime)) {
      if (stream.open()) {
        if (position.heldUntilNs().isEmpty()) {
          works();
        }
        tally.watching(true);
        tally.contact(Instant.now());
      }
      var following = new Following(source, seen, tally, updates, position.version().orElseThrow());
      int pongs = 0;
      while (following.open() && goesOn(client, stream, endNs)) {
        stream.next(untilNextLook(endNs)).ifPresent(following::take);
        if (stream.pongs() > pongs) {
          pongs = stream.pongs();
          tally.contact(Instant.now());
        }
      }
      if (stream.wentSilent()) {
        following.failure().ifPresent(failure -> client.leave(stream.server(), failure));
      }
      conclude(client, following, stream.open() ? System.nanoTime() - startNs : 0);
    } finally {
      tally.watching(false);
    }
  }

  /**
   * With the client goes its watch, and with the server in use too: one that is left may be dead.
   */
  private boolean goesOn(ApiClient client, WatchStream stream, long endNs) {
    boolean current = client.server().equals(stream.server().written());
    return current && !outdated(client) && !stopped && System.nanoTime() - endNs < 0;
  }

  /** Whether there is a newer client; then the connections of this one have been closed by us. */
  private boolean outdated(ApiClient client) {
    return access.client().filter(client::equals).isEmpty();
  }

  private Duration untilNextLook(long endNs) {
    Duration left = Duration.ofNanos(Math.max(0, endNs - System.nanoTime()));
    return left.compareTo(settings.fileCheck()) < 0 ? left : settings.fileCheck();
  }

  private void conclude(ApiClient client, Following following, long livedNs) {
    boolean worked = following.news() || livedNs >= settings.settledAfter().toNanos();
    if (following.failure().isPresent() && !outdated(client)) {
      Failure failure = following.failure().get();
      failed(failure);
      position = position.watchFailed(following.version(), worked, failure);
      recover(client, failure);
    } else {
      position = position.watchEnded(following.version(), worked);
    }
  }

  /** The server is to end the watch; where a list is due, or it does not, we do. */
  private Duration longest(Duration lifetime, long nowNs) {
    Duration patient = lifetime.plus(settings.connectTimeout());
    Duration untilRelist = position.untilRelist(nowNs, settings.relistAfter());
    return patient.compareTo(untilRelist) < 0 ? patient : untilRelist;
  }

  private Duration lifetime() {
    double share = 1 - ThreadLocalRandom.current().nextDouble() / 5;
    return Duration.ofMillis((long) (settings.watchLifetime().toMillis() * share));
  }

  private void works() {
    if (!tally.lastError().isEmpty()) {
      LOG.info("{}: works again", source.resource().plural());
    }
    tally.works();
  }

  private void failed(Failure failure) {
    if (stopped) {
      return; // our own closing of the connection
    }
    if (!failure.text().equals(tally.lastError())) {
      LOG.warn("{}: {}", source.resource().plural(), failure.text());
    }
    tally.failed(failure.text());
    if (failure.code() != 0) {
      tally.contact(Instant.now());
    }
  }

  private void recover(ApiClient client, Failure failure) {
    if (failure.code() == 0) {
      client.distrustConnections();
    }
    if (failure.code() == 401) {
      access.refresh();
    }
  }
}
