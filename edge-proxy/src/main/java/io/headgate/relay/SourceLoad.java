package io.headgate.relay;

import io.headgate.balance.ClientHash;
import io.headgate.linux.HostAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * An address of this host that connections to backends come from, over all routes, loops and
 * tables. Safe from any thread.
 */
final class SourceLoad {
  /** The kernel looks through all ports before it says that none is left: not for everyone. */
  private static final long FULL_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private final InetAddress address;
  private final InetSocketAddress anyPort;
  private final long hash;
  private final AtomicInteger active = new AtomicInteger();
  private final LongAdder total = new LongAdder();
  private final LongAdder missed = new LongAdder();
  private final LongAdder exhausted = new LongAdder();
  private final Map<InetSocketAddress, Long> fullUntilNs = new ConcurrentHashMap<>();
  private volatile boolean missing;

  SourceLoad(InetAddress address) {
    this.address = address;
    this.anyPort = new InetSocketAddress(address, 0);
    this.hash = ClientHash.of(address);
    look();
  }

  InetAddress address() {
    return address;
  }

  /** To bind to. */
  InetSocketAddress anyPort() {
    return anyPort;
  }

  /** Where it stands in the order of its family for this client; the highest goes first. */
  long rank(long clientHash) {
    return ClientHash.mixed(clientHash ^ hash);
  }

  boolean isMissing() {
    return missing;
  }

  /** Asks the host whether it has the address. */
  void look() {
    HostAddress.has(address).ifPresent(here -> missing = !here);
  }

  /** The host has turned out not to have it. */
  void miss() {
    missing = true;
  }

  /** A client's connection cannot come from here because the host has no such address. */
  void missed() {
    missed.increment();
  }

  /** The same because no port is left towards that backend. */
  void exhausted() {
    exhausted.increment();
  }

  /** No port is left towards that backend, and for a moment none need be looked for. */
  void full(InetSocketAddress backend, long nowNs) {
    fullUntilNs.put(backend, nowNs + FULL_NS);
  }

  boolean isFull(InetSocketAddress backend, long nowNs) {
    if (fullUntilNs.isEmpty()) {
      return false;
    }
    Long untilNs = fullUntilNs.get(backend);
    return untilNs != null && untilNs - nowNs > 0;
  }

  /** Forgets what need not be known any more. */
  void sweep(long nowNs) {
    fullUntilNs.values().removeIf(untilNs -> untilNs - nowNs <= 0);
  }

  void enter() {
    active.incrementAndGet();
  }

  void leave() {
    active.decrementAndGet();
  }

  void connected() {
    total.increment();
  }

  boolean idle() {
    return active.get() == 0;
  }

  RelayCounters.OfSource counters() {
    return new RelayCounters.OfSource(
        address, missing, active.get(), total.sum(), missed.sum(), exhausted.sum());
  }
}
