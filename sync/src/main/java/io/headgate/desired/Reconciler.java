package io.headgate.desired;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The owner of the {@code control} thread: takes changed inputs, decides, and hands every new state
 * to its subscriber. A burst of changes is one decision.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Reconciler implements AutoCloseable {
  /**
   * @param publish told every state that differs from the one before, on the control thread
   * @param onBug told of an exception that is a bug; the control thread has ended by then
   */
  public Reconciler(Inputs initial, Consumer<DesiredState> publish, Consumer<Throwable> onBug) {
    throw new UnsupportedOperationException("not there yet: " + initial + publish + onBug);
  }

  /** Starts the control thread; the first decision is taken at once. */
  public void start() {}

  /**
   * Changes the inputs, from any thread. Completes with the state that was decided from them, after
   * it has been published.
   */
  public CompletableFuture<DesiredState> change(UnaryOperator<Inputs> change) {
    throw new UnsupportedOperationException("not there yet" + change);
  }

  /** The newest state; any thread. */
  public DesiredState state() {
    return DesiredState.INITIAL;
  }

  /** The newest inputs that were decided on; any thread. */
  public Inputs inputs() {
    throw new UnsupportedOperationException("not there yet");
  }

  @Override
  public void close() {}
}
