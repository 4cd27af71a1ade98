package io.headgate.kubernetes;

import io.headgate.config.KubernetesConfig;
import io.headgate.kubernetes.Update.Source;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one cluster for as long as it is open, whatever the API server does.
 *
 * <p>Reads the last snapshot from disk, then runs one {@link Reflector} for each resource (and
 * namespace). The first live state comes when every one of them has listed; from then on each
 * change gives a new state at once.
 *
 * <p>One thread of its own owns {@code objects} and calls the subscriber; each reflector runs on a
 * virtual thread and posts to {@code inbox}.
 */
public final class ClusterWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

  private final Consumer<ClusterState> subscriber;
  private final WatchSettings settings;
  private final SnapshotFile file;
  private final SnapshotWriter writer;
  private final ApiAccess access;
  private final List<Reflector> reflectors;
  private final ClusterObjects objects;
  private final BlockingQueue<Optional<Update>> inbox = new LinkedBlockingQueue<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().daemon().name("kubernetes").unstarted(this::run);
  private long nextFileCheckNs = System.nanoTime();
  private volatile boolean closing;
  private volatile boolean live;
  private volatile @Nullable Instant takenBefore;

  /**
   * @param pools what is followed beside Services, EndpointSlices and Nodes
   * @param snapshotFile where the last good snapshot is kept
   * @param subscriber told every new state, one at a time, from this watch's own thread
   */
  public ClusterWatch(
      KubernetesConfig config,
      PoolSources pools,
      Path snapshotFile,
      Consumer<ClusterState> subscriber) {
    this(config, pools, snapshotFile, subscriber, WatchSettings.DEFAULT);
  }

  ClusterWatch(
      KubernetesConfig config,
      Path snapshotFile,
      Consumer<ClusterState> subscriber,
      WatchSettings settings) {
    this(config, PoolSources.NONE, snapshotFile, subscriber, settings);
  }

  ClusterWatch(
      KubernetesConfig config,
      PoolSources pools,
      Path snapshotFile,
      Consumer<ClusterState> subscriber,
      WatchSettings settings) {
    this.subscriber = subscriber;
    this.settings = settings;
    file = new SnapshotFile(snapshotFile);
    writer = new SnapshotWriter(file, settings.saveAfter());
    access = new ApiAccess("following", config, settings);
    List<Source> sources = sources(pools, config.namespaces());
    reflectors =
        sources.stream()
            .map(source ->
                new Reflector(source, access, settings, update -> inbox.add(Optional.of(update))))
            .toList();
    objects = new ClusterObjects(new HashSet<>(sources));
  }

  /**
   * Reads the snapshot file, if there is one, tells the subscriber of it before returning, then
   * follows the API in the background. Never waits for the API.
   */
  public void start() {
    thread.start();
    try {
      begun.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How the watch is doing; any thread. */
  public WatchStatus status() {
    return new WatchStatus(
        access.client().map(ApiClient::server).orElse(""),
        reflectors.stream()
            .flatMap(reflector -> reflector.tally().lastContact().stream())
            .max(Instant::compareTo),
        live ? confirmedAt() : Optional.ofNullable(takenBefore),
        access.warning(),
        Arrays.stream(Resource.values()).filter(this::follows).map(this::status).toList());
  }

  /** Ends the watch and writes the snapshot; waits a few seconds for it at most. */
  @Override
  public void close() {
    closing = true;
    inbox.add(Optional.empty());
    if (Thread.currentThread().equals(thread) || thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      thread.join(LONGEST_CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    tellLastRun();
    begun.countDown();
    writer.start();
    access.refresh();
    List<Thread> followers = new ArrayList<>();
    for (Reflector reflector : reflectors) {
      String name = "kubernetes-" + reflector.source().resource().plural();
      followers.add(Thread.ofVirtual().name(name).start(reflector));
    }
    try {
      while (!closing) {
        turn();
      }
    } catch (InterruptedException e) {
      LOG.debug("interrupted", e);
    }
    reflectors.forEach(Reflector::stop);
    followers.forEach(Thread::interrupt);
    access.close();
    if (live) {
      save(objects.snapshot());
    }
    writer.close();
  }

  private void tellLastRun() {
    Optional<TakenSnapshot> last = file.read();
    if (last.isEmpty()) {
      return;
    }
    takenBefore = last.get().takenAt();
    objects.assume(
        last.get().snapshot().pools(), reflectors.stream().map(Reflector::source).toList());
    for (Reflector reflector : reflectors) {
      if (reflector.source().resource() == Resource.NODES) {
        reflector.assume(last.get().snapshot().nodes().keySet());
      } else if (reflector.source().resource().optional()) {
        reflector.assume(objects.keys(reflector.source()));
      }
    }
    LOG.info("starting from the cluster snapshot of {}", takenBefore);
    tell(new ClusterState(last.get().snapshot(), Freshness.STALE));
  }

  /** Takes in all that is known by now and tells it as one state. */
  private void turn() throws InterruptedException {
    long leftNs = nextFileCheckNs - System.nanoTime();
    for (Optional<Update> next = inbox.poll(Math.max(0, leftNs), TimeUnit.NANOSECONDS);
        next != null;
        next = inbox.poll()) {
      next.ifPresent(objects::apply);
    }
    publish();
    if (System.nanoTime() - nextFileCheckNs >= 0) {
      nextFileCheckNs = System.nanoTime() + settings.fileCheck().toNanos();
      if (access.refresh()) {
        reflectors.forEach(Reflector::wake);
      }
    }
  }

  private void publish() {
    if (!objects.complete() || !objects.changed()) {
      return;
    }
    ClusterSnapshot snapshot = objects.snapshot();
    if (!live) {
      live = true;
      LOG.info(
          "the cluster is listed: {} nodes, {} services",
          snapshot.nodes().size(),
          snapshot.services().size());
    }
    tell(new ClusterState(snapshot, Freshness.LIVE));
    save(snapshot);
  }

  /** A subscriber's bug is its own: the next state may serve it better. */
  private void tell(ClusterState state) {
    try {
      subscriber.accept(state);
    } catch (RuntimeException e) {
      LOG.error("the subscriber failed on a state of the cluster", e);
    }
  }

  private void save(ClusterSnapshot snapshot) {
    writer.changed(new TakenSnapshot(snapshot, confirmedAt().orElseGet(Instant::now)));
  }

  /** Since when nothing can have changed without our knowing: the most silent source decides. */
  private Optional<Instant> confirmedAt() {
    return reflectors.stream()
        .filter(reflector -> !reflector.source().resource().optional())
        .flatMap(reflector -> reflector.tally().lastConfirmed().stream())
        .min(Instant::compareTo);
  }

  private boolean follows(Resource resource) {
    return reflectors.stream().anyMatch(reflector -> reflector.source().resource() == resource);
  }

  private WatchStatus.OfResource status(Resource resource) {
    List<Tally> tallies =
        reflectors.stream()
            .filter(reflector -> reflector.source().resource() == resource)
            .map(Reflector::tally)
            .toList();
    return new WatchStatus.OfResource(
        resource.plural(),
        tallies.stream().allMatch(Tally::isListed),
        tallies.stream().allMatch(Tally::isWatching),
        tallies.stream().mapToLong(tally -> tally.lists.get()).sum(),
        tallies.stream().mapToLong(tally -> tally.watches.get()).sum(),
        tallies.stream().mapToLong(tally -> tally.events.get()).sum(),
        tallies.stream().mapToLong(tally -> tally.errors.get()).sum(),
        Stream.concat(tallies.stream().map(Tally::lastError), Stream.of(access.problem()))
            .filter(error -> !error.isEmpty())
            .findFirst()
            .orElse(""));
  }

  private static List<Source> sources(PoolSources pools, List<String> namespaces) {
    return Arrays.stream(Resource.values())
        .flatMap(resource ->
            pools.scopes(resource, namespaces).stream().map(scope -> new Source(resource, scope)))
        .toList();
  }
}
