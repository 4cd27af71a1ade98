package io.headgate.app;

import io.headgate.model.Addresses;
import io.headgate.relay.ConnectionSummary;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for every connection that has ended, where the file asks for it. Any thread. */
final class ConnectionLog {
  private static final Logger LOG = LoggerFactory.getLogger("headgate.connections");

  private volatile boolean enabled;

  ConnectionLog(boolean enabled) {
    this.enabled = enabled;
  }

  void enable(boolean next) {
    enabled = next;
  }

  void ended(ConnectionSummary connection) {
    if (enabled) {
      LOG.info(line(connection));
    }
  }

  /** {@code route=http client=192.0.2.1:5000 backend=10.0.0.1:30080 connect_ms=0.4 …}. */
  static String line(ConnectionSummary connection) {
    return "route=%s client=%s backend=%s connect_ms=%.1f duration_ms=%.1f from_client_bytes=%d to_client_bytes=%d end=%s"
        .formatted(
            connection.route(),
            Addresses.text(connection.client()),
            connection.backend().map(Addresses::text).orElse("-"),
            connection.connectNs() / 1e6,
            connection.durationNs() / 1e6,
            connection.fromClientBytes(),
            connection.toClientBytes(),
            connection.reason().name().toLowerCase(Locale.ROOT));
  }
}
