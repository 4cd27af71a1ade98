package io.headgate.relay;

import io.headgate.model.Transport;

/**
 * What a relay is started with and cannot change while it runs.
 *
 * @param workers event loops; 0 for one per core
 * @param maxConnections in all; 0 for as many as the file descriptor limit allows
 */
public record RelaySettings(Transport transport, int workers, int maxConnections) {
  /** Event loops in all. */
  int loops() {
    return workers > 0 ? workers : Runtime.getRuntime().availableProcessors();
  }
}
