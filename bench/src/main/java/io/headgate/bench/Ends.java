package io.headgate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * What is on both sides of the proxies, and the same for all of them.
 *
 * @param clients the program's sockets on the clients' side
 * @param servers those on the backends' side
 * @param sink where uploads end
 */
record Ends(Outpost clients, Outpost servers, Webserver backends, InetSocketAddress sink) {
  private static final int SINK_NUMBER = 4;
  private static final long SETTLED_WITHIN_MS = 30_000;

  static Ends start(Stage stage, int workers)
      throws CannotCompare, IOException, InterruptedException {
    Outpost clients = Outpost.start(stage, Party.CLIENTS, "clients");
    Outpost servers = Outpost.start(stage, Party.BACKENDS, "servers");
    InetSocketAddress sink = stage.network().backendAddress(SINK_NUMBER);
    servers.sink(sink);
    return new Ends(clients, servers, Webserver.start(stage, servers, workers), sink);
  }

  /** Waits until the backends hold so many connections. */
  void awaitConnections(Subject.Kind through, int connections)
      throws CannotCompare, IOException, InterruptedException {
    long deadlineMs = System.currentTimeMillis() + SETTLED_WITHIN_MS;
    InetSocketAddress backend = backends.addresses().getFirst();
    for (int now = servers.active(backend); now != connections; now = servers.active(backend)) {
      if (System.currentTimeMillis() > deadlineMs) {
        throw new CannotCompare(
            "with %d connections through %s, the backends have %d"
                .formatted(connections, through.label(), now));
      }
      Thread.sleep(100);
    }
  }
}
