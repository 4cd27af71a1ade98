package io.headgate.relay;

import io.headgate.linux.HostAddress;
import io.headgate.model.Addresses;
import io.headgate.model.Listener;
import io.headgate.model.Route;
import io.headgate.model.RouteTable;
import io.headgate.relay.RelayLoop.ListeningSocket;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets. With SO_REUSEPORT each loop has one of its own and keeps what it accepts;
 * elsewhere one accepts for all. Used by one table after the other, never by two at once; {@code
 * bound} belongs to that sequence.
 */
final class Listeners {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  /** Connections that wait to be accepted, per socket; the kernel has a limit of its own. */
  static final int BACKLOG = 4_096;

  private final LoopFactory factory;
  private final List<RelayLoop> loops;
  private final boolean freeBind;
  private final Map<Listener, Bound> bound = new HashMap<>();

  private record Bound(List<ListeningSocket> sockets, int port) {}

  Listeners(LoopFactory factory, List<RelayLoop> loops, boolean freeBind) {
    this.factory = factory;
    this.freeBind = freeBind;
    this.loops = loops;
  }

  /** Closes what the table no longer has and binds what it has anew. */
  CompletableFuture<List<ListenerStatus>> follow(RouteTable table) {
    List<CompletableFuture<Void>> closing = new ArrayList<>();
    for (Listener listener : List.copyOf(bound.keySet())) {
      if (table.route(listener).isEmpty()) {
        closing.add(close(listener));
      }
    }
    return all(closing).thenCompose(_ -> bindMissing(table));
  }

  /** Stops accepting on all. */
  CompletableFuture<Void> closeAll() {
    return all(List.copyOf(bound.keySet()).stream().map(this::close).toList());
  }

  private CompletableFuture<List<ListenerStatus>> bindMissing(RouteTable table) {
    List<ListenerStatus> statuses = new ArrayList<>(table.listeners().size());
    CompletableFuture<Void> chain = CompletableFuture.completedFuture(null);
    for (Map.Entry<Listener, Route> entry : missingLast(table)) {
      Listener listener = entry.getKey();
      String route = entry.getValue().name();
      Bound already = bound.get(listener);
      if (already == null) {
        chain =
            chain
                .thenCompose(_ -> bindAnew(listener))
                .handle((port, failure) -> {
                  statuses.add(status(listener, route, port, failure));
                  return null;
                });
      } else {
        statuses.add(new ListenerStatus(listener, route, already.port(), Optional.empty()));
      }
    }
    return chain.thenApply(_ -> List.copyOf(statuses));
  }

  /** So that nothing is added to what a loop's answer is adding to already. */
  private List<Map.Entry<Listener, Route>> missingLast(RouteTable table) {
    List<Map.Entry<Listener, Route>> all = new ArrayList<>(table.listeners().size());
    List<Map.Entry<Listener, Route>> missing = new ArrayList<>();
    table
        .listeners()
        .entrySet()
        .forEach(entry -> (bound.containsKey(entry.getKey()) ? all : missing).add(entry));
    missing.sort(Map.Entry.comparingByKey());
    all.addAll(missing);
    return all;
  }

  private static ListenerStatus status(
      Listener listener, String route, @Nullable Integer port, @Nullable Throwable failure) {
    if (failure == null && port != null) {
      return new ListenerStatus(listener, route, port, Optional.empty());
    }
    String problem =
        "cannot listen on " + listener + ": " + (failure == null ? "unknown" : reason(failure));
    return new ListenerStatus(listener, route, listener.port(), Optional.of(problem));
  }

  /** The system's own words, without the name of the call that Netty puts before them. */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    int call = message.lastIndexOf("): ");
    return call < 0 ? message : message.substring(call + 3);
  }

  private CompletableFuture<Integer> bindAnew(Listener listener) {
    return bind(listener)
        .thenApply(fresh -> {
          bound.put(listener, fresh);
          log.debug("listening on {}", listener);
          return fresh.port();
        });
  }

  private CompletableFuture<Bound> bind(Listener listener) {
    if (cannotTellApart(listener)) {
      return CompletableFuture.failedFuture(
          new BindException("Address already in use: io_uring cannot hold 0.0.0.0 beside ::"));
    }
    if (shared() && listener.port() != 0 && !holdsPort(listener.port()) && !isAway(listener)) {
      try {
        failIfTaken(listener);
      } catch (IOException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
    return bind(listener, loops.getFirst(), listener.port())
        .thenCompose(first ->
            shared()
                ? bindOthers(listener, first)
                : CompletableFuture.completedFuture(new Bound(List.of(first), first.port())));
  }

  private CompletableFuture<Bound> bindOthers(Listener listener, ListeningSocket first) {
    List<ListeningSocket> sockets = new ArrayList<>(List.of(first));
    CompletableFuture<Void> chain = CompletableFuture.completedFuture(null);
    for (RelayLoop loop : loops.subList(1, loops.size())) {
      chain = chain.thenCompose(_ -> bind(listener, loop, first.port())).thenAccept(sockets::add);
    }
    return chain
        .thenApply(_ -> new Bound(List.copyOf(sockets), first.port()))
        .whenComplete((_, failure) -> {
          if (failure != null) {
            sockets.forEach(ListeningSocket::stop);
          }
        });
  }

  private boolean cannotTellApart(Listener listener) {
    return factory.confusesWildcards()
        && listener.address().isAnyLocalAddress()
        && bound.keySet().stream()
            .anyMatch(b -> b.address().isAnyLocalAddress() && b.port() == listener.port());
  }

  /** Own listeners may overlap, say *:80 and 203.0.113.10:80: the kernel prefers the narrower. */
  private boolean holdsPort(int port) {
    return bound.values().stream().anyMatch(b -> b.port() == port);
  }

  /**
   * SO_REUSEPORT would silently share the port with another process of the same user. A bind
   * without it fails where anybody listens; it never listens itself, so no client meets it.
   */
  private static void failIfTaken(Listener listener) throws IOException {
    Socket probe = Socket.newSocketStream();
    try {
      probe.setReuseAddress(true);
      probe.bind(address(listener, listener.port()));
    } finally {
      probe.close();
    }
  }

  private CompletableFuture<ListeningSocket> bind(Listener listener, RelayLoop loop, int port) {
    return loop.listen(listener, address(listener, port), new Binding(shared(), isFree(listener)));
  }

  /** The wildcard needs no freedom. */
  private boolean isFree(Listener listener) {
    return freeBind && !listener.address().isAnyLocalAddress();
  }

  /** Where nobody can listen by ordinary means, there is nobody to find. */
  private boolean isAway(Listener listener) {
    return isFree(listener) && !HostAddress.has(listener.address()).orElse(true);
  }

  private boolean shared() {
    return factory.sharesPorts() && loops.size() > 1;
  }

  private CompletableFuture<Void> close(Listener listener) {
    Bound gone = bound.remove(listener);
    if (gone == null) {
      return CompletableFuture.completedFuture(null);
    }
    log.debug("no longer listening on {}", listener);
    return all(gone.sockets().stream().map(ListeningSocket::stop).toList());
  }

  private static CompletableFuture<Void> all(List<CompletableFuture<Void>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
  }

  /** The IPv6 wildcard takes both families; a host without IPv6 has only the other. */
  private static InetSocketAddress address(Listener listener, int port) {
    InetAddress address = listener.address();
    return listener.everyAddress() && !Ipv6.AVAILABLE
        ? new InetSocketAddress(Ipv6.ANY_IPV4, port)
        : new InetSocketAddress(address, port);
  }

  /** Found out when the first listener asks. */
  private static final class Ipv6 {
    static final boolean AVAILABLE = available();
    static final InetAddress ANY_IPV4 = Addresses.of(new byte[4]);

    private static boolean available() {
      try (var socket = new java.net.ServerSocket()) {
        socket.bind(new InetSocketAddress(Listener.everyAddress(0).address(), 0));
        return true;
      } catch (IOException _) {
        return false;
      }
    }
  }
}
