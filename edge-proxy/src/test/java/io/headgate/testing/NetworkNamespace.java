package io.headgate.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A network namespace that {@code ip netns} knows by its name. */
public interface NetworkNamespace {
  String name();

  /** Runs a command in it to its end. */
  default String run(String... command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name()));
    whole.addAll(List.of(command));
    return Command.run(whole.toArray(String[]::new));
  }

  /**
   * A platform thread of this process that opens its sockets there; it runs as soon as it has been
   * started, and never leaves the namespace.
   */
  default Thread thread(Runnable task) {
    return Thread.ofPlatform()
        .name(name())
        .daemon()
        .unstarted(() -> {
          Setns.enterNetwork(name());
          task.run();
        });
  }

  /** Does something there, such as opening a socket, which stays there whoever uses it. */
  default <T> T call(Callable<T> what) {
    var task = new FutureTask<>(what);
    thread(task).start();
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }
}
