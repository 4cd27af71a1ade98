package io.headgate.relay;

import io.headgate.model.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Everything that a relay has told, in the order in which it came. Written on event loops. */
final class RecordedEvents implements RelayEvents {
  private final Queue<InetSocketAddress> connected = new ConcurrentLinkedQueue<>();
  private final Queue<InetSocketAddress> connectFailed = new ConcurrentLinkedQueue<>();
  private final Queue<ConnectionSummary> ended = new ConcurrentLinkedQueue<>();
  private final Queue<String> sources = new ConcurrentLinkedQueue<>();
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
  public void sourceChanged(InetAddress source, boolean here) {
    sources.add(Addresses.text(source) + (here ? " here" : " missing"));
  }

  @Override
  public void sourceExhausted(InetAddress source, long connections) {
    sources.add(Addresses.text(source) + " exhausted");
  }

  @Override
  public void ended(ConnectionSummary connection) {
    ended.add(connection);
  }

  /** What was told of source addresses: {@code 127.0.0.9 missing}. */
  List<String> sources() {
    return List.copyOf(sources);
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
