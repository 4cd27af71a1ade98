package io.headgate.testing;

import java.time.Duration;

/** Waiting for what another thread is about to do, without a sleep that has to be long enough. */
public final class Eventually {
  /** Long enough for a loaded machine; a test that passes never waits for so long. */
  public static final Duration DEADLINE = Duration.ofSeconds(20);

  private Eventually() {}

  /** An assertion, or anything that throws while it does not hold yet. */
  @FunctionalInterface
  public interface Claim {
    void check() throws Exception;
  }

  /** Returns once {@code claim} holds; its last failure is thrown when it does not in time. */
  public static void eventually(Claim claim) {
    eventually(DEADLINE, claim);
  }

  /** As {@link #eventually(Claim)} with a deadline of its own. */
  public static void eventually(Duration atMost, Claim claim) {
    long endNs = System.nanoTime() + atMost.toNanos();
    while (true) {
      try {
        claim.check();
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting", e);
      } catch (Exception | AssertionError e) {
        if (System.nanoTime() - endNs >= 0) {
          throw new AssertionError("not within " + atMost + ": " + e.getMessage(), e);
        }
      }
      pause(Duration.ofMillis(5));
    }
  }

  /** Lets time pass, where the passing of time is what the test is about. */
  public static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while pausing", e);
    }
  }
}
