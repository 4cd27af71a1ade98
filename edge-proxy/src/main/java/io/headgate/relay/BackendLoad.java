package io.headgate.relay;

import io.headgate.model.Backend;
import io.headgate.model.ProxyProtocol;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What one backend of one route carries, over all loops and tables. Safe from any thread. */
final class BackendLoad {
  private final InetSocketAddress address;
  private final AtomicInteger active = new AtomicInteger();
  private final LongAdder total = new LongAdder();
  private final LongAdder connectFailures = new LongAdder();
  private final LongAdder fromClientBytes = new LongAdder();
  private final LongAdder toClientBytes = new LongAdder();
  private volatile String node;
  private volatile ProxyProtocol header;

  BackendLoad(Backend backend) {
    this.address = backend.address();
    this.node = backend.node();
    this.header = backend.header();
  }

  InetSocketAddress address() {
    return address;
  }

  String node() {
    return node;
  }

  void follow(Backend now) {
    node = now.node();
    header = now.header();
  }

  /** Of the table that was asked last: another loop may have a newer one. */
  ProxyProtocol header() {
    return header;
  }

  /** Connections there and on the way there. */
  int active() {
    return active.get();
  }

  /** Takes a place for one more connection unless it is full; {@code most} 0 is no limit. */
  boolean enter(int most) {
    if (active.incrementAndGet() > most && most > 0) {
      active.decrementAndGet();
      return false;
    }
    return true;
  }

  void leave() {
    active.decrementAndGet();
  }

  void connected() {
    total.increment();
  }

  void failed() {
    connectFailures.increment();
  }

  void moved(long fromClient, long toClient) {
    fromClientBytes.add(fromClient);
    toClientBytes.add(toClient);
  }

  RelayCounters.OfBackend counters() {
    return new RelayCounters.OfBackend(
        address,
        node,
        active.get(),
        total.sum(),
        connectFailures.sum(),
        fromClientBytes.sum(),
        toClientBytes.sum());
  }
}
