package io.headgate.relay;

import io.headgate.model.Transport;

/**
 * What a relay is started with and cannot change while it runs.
 *
 * @param workers event loops; 0 for one per core
 * @param maxConnections in all; 0 for as many as the file descriptor limit allows
 * @param freeBind bind listeners also to addresses that come to this host later; the transport nio
 *     cannot, and binds them when they have come
 */
public record RelaySettings(
    Transport transport, int workers, int maxConnections, boolean freeBind) {
  /** Event loops in all. */
  int loops() {
    return workers > 0 ? workers : Runtime.getRuntime().availableProcessors();
  }
}
