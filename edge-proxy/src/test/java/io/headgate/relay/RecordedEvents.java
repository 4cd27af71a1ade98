package io.headgate.relay;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Everything that a relay has told, in the order in which it came. Written on event loops. */
final class RecordedEvents implements RelayEvents {
  private final Queue<InetSocketAddress> connected = new ConcurrentLinkedQueue<>();
  private final Queue<InetSocketAddress> connectFailed = new ConcurrentLinkedQueue<>();
  private final Queue<ConnectionSummary> ended = new ConcurrentLinkedQueue<>();
  private volatile Runnable onConnected = () -> {};

  /** From now on done by every {@link #connected}, on the event loop. */
  void onConnected(Runnable action) {
    onConnected = action;
  }

  @Override
  public void connected(InetSocketAddress backend) {
    connected.add(backend);
    onConnected.run();
  }

  @Override
  public void connectFailed(InetSocketAddress backend, Throwable cause) {
    connectFailed.add(backend);
  }

  @Override
  public void ended(ConnectionSummary connection) {
    ended.add(connection);
  }

  List<InetSocketAddress> connected() {
    return List.copyOf(connected);
  }

  List<InetSocketAddress> connectFailed() {
    return List.copyOf(connectFailed);
  }

  List<ConnectionSummary> ended() {
    return List.copyOf(ended);
  }
}
