package io.headgate.desired;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The owner of the {@code control} thread: takes changed inputs, decides, and hands every new state
 * to its subscriber. A burst of changes is one decision.
 *
 * <p>{@code queue}, {@code closing} and {@code ended} are guarded by {@code lock}. {@code decided}
 * is written by the control thread alone. {@link #start} and {@link #close} are for one thread, all
 * else for any.
 */
public final class Reconciler implements AutoCloseable {
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

  private record Pending(UnaryOperator<Inputs> change, CompletableFuture<DesiredState> decided) {}

  private record Decided(Inputs inputs, DesiredState state) {}

  private final Consumer<DesiredState> publish;
  private final Consumer<Throwable> onBug;
  private final LongSupplier clock;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private List<Pending> queue = new ArrayList<>();
  private boolean closing;
  private boolean ended;

  private volatile Decided decided;
  private @Nullable Thread thread;

  /**
   * @param publish told every state whose table, probes, reports or changes differ from the one
   *     before, and the first one whatever it is, on the control thread. What only explains is not
   *     published: see {@link #state}
   * @param onBug told of an exception that is a bug, as the last thing that the control thread does
   */
  public Reconciler(Inputs initial, Consumer<DesiredState> publish, Consumer<Throwable> onBug) {
    this(initial, publish, onBug, System::nanoTime);
  }

  Reconciler(
      Inputs initial,
      Consumer<DesiredState> publish,
      Consumer<Throwable> onBug,
      LongSupplier clock) {
    this.publish = publish;
    this.onBug = onBug;
    this.clock = clock;
    this.decided = new Decided(initial, DesiredState.INITIAL);
  }

  /** Starts the control thread; the first decision is taken at once. */
  public void start() {
    lock.lock();
    try {
      if (thread != null || closing) {
        throw new IllegalStateException("started or closed already");
      }
    } finally {
      lock.unlock();
    }
    thread = Thread.ofPlatform().name("control").start(this::run);
  }

  /**
   * Changes the inputs, from any thread. Completes with the state that was decided from them, after
   * it has been published; fails where this reconciler is closed, or ends by a bug, before that.
   * Completes on the control thread: what hangs on it must not wait.
   *
   * @param change pure; called on the control thread
   */
  public CompletableFuture<DesiredState> change(UnaryOperator<Inputs> change) {
    var pending = new Pending(change, new CompletableFuture<>());
    lock.lock();
    try {
      if (closing || ended) {
        return CompletableFuture.failedFuture(closed());
      }
      queue.add(pending);
      changed.signal();
    } finally {
      lock.unlock();
    }
    return pending.decided();
  }

  /** The newest state; any thread. */
  public DesiredState state() {
    return decided.state();
  }

  /** The newest inputs that were decided on, before that the initial ones; any thread. */
  public Inputs inputs() {
    return decided.inputs();
  }

  /** Ends the control thread within seconds; what is still queued fails. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    if (thread == null) {
      end(List.of(), closed());
    } else if (!thread.equals(Thread.currentThread())) {
      join(thread);
    }
  }

  private static void join(Thread thread) {
    try {
      if (!thread.join(CLOSE_WITHIN)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<Pending> batch = List.of();
    try {
      batch = taken();
      decide(batch, true);
      while (true) {
        Optional<List<Pending>> next = awaited();
        if (next.isEmpty()) {
          end(List.of(), closed());
          return;
        }
        batch = next.get();
        decide(batch, false);
      }
    } catch (Throwable bug) { // whatever it is: without its control thread an edge must not go on
      end(batch, bug);
      onBug.accept(bug);
    }
  }

  private void decide(List<Pending> batch, boolean first) {
    Inputs inputs = decided.inputs();
    for (Pending pending : batch) {
      inputs = pending.change().apply(inputs);
    }
    DesiredState before = decided.state();
    DesiredState next = Desired.next(before, inputs, clock.getAsLong());
    decided = new Decided(inputs, next);
    if (first || differs(before, next)) {
      publish.accept(next);
    }
    batch.forEach(pending -> pending.decided().complete(next));
  }

  private static boolean differs(DesiredState before, DesiredState next) {
    return !next.changes().isEmpty()
        || next.table().generation() != before.table().generation()
        || !next.probes().equals(before.probes())
        || !next.reports().equals(before.reports());
  }

  /** What is queued once something is, or the passing of time asks for a decision; empty to end. */
  private Optional<List<Pending>> awaited() throws InterruptedException {
    lock.lock();
    try {
      while (!closing) {
        OptionalLong wakeAtNs = decided.state().wakeAtNs();
        long leftNs =
            wakeAtNs.isPresent() ? wakeAtNs.getAsLong() - clock.getAsLong() : Long.MAX_VALUE;
        if (!queue.isEmpty() || leftNs <= 0) {
          return Optional.of(taken());
        }
        changed.await(leftNs, TimeUnit.NANOSECONDS);
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private List<Pending> taken() {
    lock.lock();
    try {
      List<Pending> taken = queue;
      queue = new ArrayList<>();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void end(List<Pending> batch, Throwable why) {
    List<Pending> failed = new ArrayList<>(batch);
    lock.lock();
    try {
      ended = true;
    } finally {
      lock.unlock();
    }
    failed.addAll(taken());
    failed.forEach(pending -> pending.decided().completeExceptionally(why));
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("the reconciler is closed");
  }
}
