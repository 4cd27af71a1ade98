package io.headgate.relay;

import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.Listener;
import io.headgate.model.Route;
import io.headgate.model.RoutePolicy;
import io.headgate.model.RouteTable;
import io.headgate.model.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves some connections over loopback, with a relay of its own that nobody counts: the first one
 * of a process loads and links what serves it, which takes 20 ms. For an edge that waits to take
 * over those would be its first clients'.
 */
public final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int CONNECTIONS = 3; // the second still links something
  private static final int WITHIN_MS = 5_000;
  private static final RelayEvents NOBODY =
      new RelayEvents() {
        @Override
        public void connected(InetSocketAddress backend) {}

        @Override
        public void connectFailed(InetSocketAddress backend, Throwable cause) {}

        @Override
        public void sourceChanged(InetAddress source, boolean here) {}

        @Override
        public void sourceExhausted(InetAddress source, long connections) {}

        @Override
        public void ended(ConnectionSummary connection) {}
      };

  private Rehearsal() {}

  /** Returns when it is over, after some tenths of a second. What fails is merely not prepared. */
  public static void play(Transport transport) {
    try (ServerSocket backend = new ServerSocket(0, CONNECTIONS, LOOPBACK);
        Relay relay = Relay.of(new RelaySettings(transport, 1, 2 * CONNECTIONS, false), NOBODY)) {
      backend.setSoTimeout(WITHIN_MS);
      relay.start();
      ListenerStatus bound =
          relay
              .follow(table(backend.getLocalPort()))
              .get(WITHIN_MS, TimeUnit.MILLISECONDS)
              .getFirst();
      for (int i = 0; i < CONNECTIONS; i++) {
        converse(bound.port(), backend);
      }
    } catch (IOException | ExecutionException | TimeoutException e) {
      LOG.debug("rehearsal", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static RouteTable table(int port) {
    var backend =
        new Backend(
            "rehearsal",
            new InetSocketAddress(LOOPBACK, port),
            BackendState.UP,
            Backend.FULL_WEIGHT,
            false,
            false,
            "rehearsal");
    var route =
        new Route(
            "rehearsal",
            List.of(new Listener(LOOPBACK, 0)),
            RoutePolicy.DEFAULTS,
            List.of(backend));
    return RouteTable.of(1, List.of(route));
  }

  /** A byte there, a byte back, and the end of both. */
  private static void converse(int port, ServerSocket backend) throws IOException {
    try (Socket client = new Socket(LOOPBACK, port)) {
      client.setSoTimeout(WITHIN_MS);
      client.getOutputStream().write(1);
      try (Socket served = backend.accept()) {
        served.setSoTimeout(WITHIN_MS);
        served.getOutputStream().write(served.getInputStream().read());
        var _ = client.getInputStream().read();
        client.shutdownOutput();
        var _ = served.getInputStream().read();
      }
      var _ = client.getInputStream().read();
    }
  }
}
