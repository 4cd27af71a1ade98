package io.headgate.cli;

import java.time.Duration;

/** How a command waits between two looks at the edge. */
@FunctionalInterface
interface Pace {
  void pause(Duration duration) throws InterruptedException;
}
