package io.headgate.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that is run to its end. */
public record Command(int exit, String output) {

  /** Runs it, with its errors among its output; one that fails fails the test. */
  public static String run(String... command) {
    Command done = attempt(command);
    if (done.exit() != 0) {
      throw new AssertionError(
          String.join(" ", command) + " exited " + done.exit() + ": " + done.output());
    }
    return done.output();
  }

  /** As {@link #run}, whatever comes of it. */
  public static Command attempt(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(List.of(command) + " does not end");
      }
      return new Command(process.exitValue(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
