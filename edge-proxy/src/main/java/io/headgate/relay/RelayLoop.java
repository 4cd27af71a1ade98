package io.headgate.relay;

import io.headgate.model.Listener;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/** The sockets of one event loop. */
interface RelayLoop {
  Worker worker();

  /** Any thread. Accepts at an address for a listener. */
  CompletableFuture<ListeningSocket> listen(
      Listener listener, InetSocketAddress address, Binding how);

  /** On the loop, when all connections have ended. */
  void close();

  /** One socket that accepts; its methods may be called by any thread. */
  interface ListeningSocket {
    int port();

    /** Accepts no more. */
    CompletableFuture<Void> stop();
  }
}
