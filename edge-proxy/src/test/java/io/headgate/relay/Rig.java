package io.headgate.relay;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.BackendState;
import io.headgate.model.Listener;
import io.headgate.model.ProxyProtocol;
import io.headgate.model.Route;
import io.headgate.model.RoutePolicy;
import io.headgate.model.RouteTable;
import io.headgate.testing.Eventually;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A relay under test, with what it tells and with all that a test puts around it. Used by the
 * test's thread; closing it closes the rest first.
 */
final class Rig implements AutoCloseable {
  static final String ROUTE = "route";

  /** Reasons for which a connection is never served. */
  private static final Set<CloseReason> REFUSALS =
      EnumSet.of(
          CloseReason.CONNECT_FAILED,
          CloseReason.NO_BACKEND,
          CloseReason.NOT_ALLOWED,
          CloseReason.BAD_PROXY_HEADER,
          CloseReason.LIMIT,
          CloseReason.CLIENT_LIMIT,
          CloseReason.QUEUE_TIMEOUT);

  private final RelayKind kind;
  private final RecordedEvents events = new RecordedEvents();
  private final Deque<AutoCloseable> kept = new ArrayDeque<>();
  private final Map<InetSocketAddress, Integer> accepts = new HashMap<>();
  private int workers = 2;
  private int maxConnections;
  private boolean freeBind;
  private long generation;
  private @Nullable Relay relay;

  Rig(RelayKind kind) {
    this.kind = kind;
  }

  RelayKind kind() {
    return kind;
  }

  /** A second one of the same kind, with a relay of its own. */
  Rig another() {
    return new Rig(kind);
  }

  /** Before the relay is first used. */
  Rig workers(int to) {
    workers = to;
    return this;
  }

  /** Before the relay is first used. */
  Rig maxConnections(int to) {
    maxConnections = to;
    return this;
  }

  /** Before the relay is first used: bind also where the address is not on this host. */
  Rig freeBind() {
    freeBind = true;
    return this;
  }

  /** The relay, started. */
  Relay relay() {
    Relay running = relay;
    if (running == null) {
      running = kind.relay(workers, maxConnections, freeBind, events);
      running.start();
      relay = running;
    }
    return running;
  }

  RecordedEvents events() {
    return events;
  }

  /** Closed after the test, last first. */
  <T extends AutoCloseable> T keep(T thing) {
    kept.push(thing);
    return thing;
  }

  // What serves.

  Listening listening() {
    return keep(Listening.on("127.0.0.1"));
  }

  EchoServer echo(String name) {
    return keep(EchoServer.start(name, listener("127.0.0.1")));
  }

  private static InetSocketAddress listener(String address) {
    return new InetSocketAddress(Addresses.parse(address).orElseThrow(), 0);
  }

  /** On a port that the kernel chooses. */
  static Listener at(String address) {
    return new Listener(Addresses.parse(address).orElseThrow(), 0);
  }

  static Backend up(InetSocketAddress address) {
    return in(BackendState.UP, address);
  }

  static Backend in(BackendState state, InetSocketAddress address) {
    return new Backend(
        Addresses.text(address), address, state, Backend.FULL_WEIGHT, false, false, "test");
  }

  /** The same where its connections begin with this. */
  static Backend sent(ProxyProtocol header, Backend backend) {
    return new Backend(
        backend.node(),
        backend.address(),
        backend.state(),
        backend.weight(),
        backend.lastResort(),
        backend.reset(),
        backend.reason(),
        backend.cluster(),
        header);
  }

  /** Its host is gone for good. */
  static Backend gone(InetSocketAddress address) {
    return new Backend(
        Addresses.text(address), address, BackendState.DOWN, 0, false, true, "node deleted");
  }

  // What is served.

  /** A route named {@link #ROUTE} on a port of 127.0.0.1. */
  static Route route(RoutePolicy policy, Backend... backends) {
    return route(ROUTE, at("127.0.0.1"), policy, backends);
  }

  static Route route(String name, Listener listener, RoutePolicy policy, Backend... backends) {
    List<Backend> told =
        Stream.of(backends)
            .map(one -> policy.proxyProtocol().fixed().map(header -> sent(header, one)).orElse(one))
            .toList();
    return new Route(name, List.of(listener), policy, told);
  }

  /** Publishes the next table and returns once the relay follows it. */
  List<ListenerStatus> follow(Route... routes) {
    generation++;
    return await(relay().follow(RouteTable.of(generation, List.of(routes))));
  }

  /** As {@link #follow}; returns where the only listener of the only route can be reached. */
  InetSocketAddress serve(Route route) {
    List<ListenerStatus> statuses = follow(route);
    assertThat(statuses).hasSize(1).allSatisfy(status -> assertThat(status.problem()).isEmpty());
    return address(statuses.getFirst());
  }

  InetSocketAddress serve(RoutePolicy policy, Backend... backends) {
    return serve(route(policy, backends));
  }

  static ListenerStatus of(List<ListenerStatus> statuses, String route) {
    return statuses.stream().filter(s -> s.route().equals(route)).findFirst().orElseThrow();
  }

  static InetSocketAddress address(ListenerStatus status) {
    return new InetSocketAddress(status.listener().address(), status.port());
  }

  Peer connect(InetSocketAddress to) {
    return keep(Peer.connect(to));
  }

  /** From a loopback address of the test's choice: a client of its own to every limit. */
  Peer connect(String from, InetSocketAddress to) {
    return keep(Peer.connect(listener(from), to));
  }

  /**
   * The relay's next connection to a backend, once the relay knows of it: the kernel makes a
   * connection before anybody has looked, and what happens in between happens to a connect.
   */
  Peer accept(Listening backend) {
    Peer accepted = keep(backend.accept());
    int times = accepts.merge(backend.address(), 1, Integer::sum);
    eventually(() ->
        assertThat(Collections.frequency(events.connected(), backend.address()))
            .isGreaterThanOrEqualTo(times));
    return accepted;
  }

  // What was counted.

  RelayCounters.OfRoute counters() {
    return relay().counters().routes().stream()
        .filter(route -> route.route().equals(ROUTE))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no counters of the route"));
  }

  RelayCounters.OfBackend counters(InetSocketAddress backend) {
    return counters().backends().stream()
        .filter(counted -> counted.address().equals(backend))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no counters of " + backend));
  }

  /** Waits until so many connections have ended for this reason, by every account of it. */
  void expectEnded(CloseReason reason, int times) {
    eventually(() -> {
      assertThat(events.ended().stream().filter(summary -> summary.reason() == reason))
          .as("ended for %s of %s", reason, events.ended())
          .hasSize(times);
      RelayCounters counters = relay().counters();
      assertThat(counters.routes().stream().mapToLong(r -> count(r.closed(), reason)).sum())
          .as("closed for %s of %s", reason, counters)
          .isEqualTo(times);
      assertThat(count(counters.refused(), reason))
          .as("refused for %s of %s", reason, counters)
          .isEqualTo(REFUSALS.contains(reason) ? times : 0);
    });
  }

  private static long count(Map<CloseReason, Long> counts, CloseReason reason) {
    return counts.getOrDefault(reason, 0L);
  }

  /** Waits until the relay holds so many connections. */
  void expectActive(long connections) {
    eventually(() -> assertThat(relay().counters().active()).isEqualTo(connections));
  }

  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(Eventually.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("not done within " + Eventually.DEADLINE, e);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    while (!kept.isEmpty()) {
      try {
        kept.pop().close();
      } catch (Exception e) {
        throw new AssertionError("closing what the test has used", e);
      }
    }
    Relay running = relay;
    if (running != null) {
      await(CompletableFuture.runAsync(running::close));
    }
  }
}
