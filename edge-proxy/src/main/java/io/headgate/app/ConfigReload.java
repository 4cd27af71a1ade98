package io.headgate.app;

import io.headgate.admin.Edge.ReloadResult;
import java.time.Instant;
import java.util.Optional;

/** Reading the configuration file again while the edge runs. */
interface ConfigReload {
  /** Reads the file and puts it in force, or leaves everything as it is and says why. */
  ReloadResult reload();

  /** The file, as the operator named it. */
  String file();

  /** When the configuration in force was read. */
  Instant loadedAt();

  /** How the last reload ended; empty before the first. */
  Optional<Outcome> lastReload();

  /**
   * How a reload ended.
   *
   * @param problems how many the file had; 0 where it is in force
   */
  record Outcome(Instant at, int problems) {
    boolean success() {
      return problems == 0;
    }
  }
}
