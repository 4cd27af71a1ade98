package io.headgate.relay;

import io.headgate.balance.Balancer;
import io.headgate.balance.ClientHash;
import io.headgate.balance.Occupancy;
import io.headgate.model.Backend;
import io.netty.channel.ConnectTimeoutException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The search for one connection's backend: picking, connecting, trying another, waiting. Tells the
 * connection once what has come of it. All fields belong to the connection's event loop.
 *
 * @param <L> the kind of the connection's sides
 */
@SuppressWarnings("ReferenceEquality") // a leg is a socket, equal to nothing but itself
final class Search<L extends Leg> implements Occupancy {
  private final Worker worker;
  private final Connection<L> connection;
  private final long clientHash;
  private @Nullable Pool pool;
  private @Nullable L leg;
  private @Nullable BackendLoad target;
  private @Nullable SourceLoad source;
  private int sources;
  private @Nullable List<InetSocketAddress> tried;
  private @Nullable InetSocketAddress home;
  private boolean leavesHome;
  private boolean timedOut;
  private int attempts;
  private boolean queued;
  private long queuedAtNs;
  private boolean over;

  Search(Worker worker, Connection<L> connection, long clientHash) {
    this.worker = worker;
    this.connection = connection;
    this.clientHash = clientHash;
  }

  void begin(Pool route) {
    pool = route;
    seek(route);
  }

  /** Another try for one that waits; it says to its worker again that it waits if it still must. */
  void again(Pool route) {
    if (!over && leg == null) {
      begin(route);
    }
  }

  /** A new table. A connect to a host that is gone for good need not be waited for. */
  void follow(Pool newest) {
    pool = newest;
    if (leg != null
        && target != null
        && newest.served().backend(target.address()).map(Backend::reset).orElse(false)) {
      unreachable(newest, leg, target, null);
    }
  }

  /** The connection has ended, whatever the search has come to. */
  void stop() {
    over = true;
    leaveQueue();
    if (target != null) {
      target.leave();
      target = null;
    }
    leaveSource();
    if (leg != null) {
      leg.close();
    }
  }

  private void leaveSource() {
    if (source != null) {
      source.leave();
      source = null;
    }
  }

  @Override
  public boolean open(int candidate) {
    if (pool == null) {
      return false;
    }
    BackendLoad load = pool.served().candidateLoad(candidate);
    int most = pool.policy().maxConnectionsPerBackend();
    return (most == 0 || load.active() < most)
        && (tried == null || !tried.contains(load.address()));
  }

  @Override
  public int connections(int candidate) {
    return pool == null ? 0 : pool.served().candidateLoad(candidate).active();
  }

  private void seek(Pool route) {
    while (true) {
      int candidate = pick(route);
      if (candidate == Balancer.NONE) {
        giveUpOrWait(route, System.nanoTime());
        return;
      }
      BackendLoad load = route.served().candidateLoad(candidate);
      if (load.enter(route.policy().maxConnectionsPerBackend())) {
        if (settles(route, load)) {
          leaveQueue();
          connect(route, load);
          return;
        }
        load.leave(); // the client has a home meanwhile, by another connection
      } // else another loop was faster, and it is no longer open
    }
  }

  /**
   * The candidate that the client belongs to; {@link Balancer#NONE} where it may go anywhere. Its
   * home is not waited for where it could not be reached, or is full and stays so.
   */
  private int home(Pool route) {
    home =
        route.hasAffinity()
            ? route.load().affinity().home(connection.source().getAddress(), System.nanoTime())
            : null;
    return home == null || leavesHome || (tried != null && tried.contains(home))
        ? Balancer.NONE
        : route.served().candidate(home);
  }

  /** The client belongs to the backend from now on; false where it belongs elsewhere meanwhile. */
  private boolean settles(Pool route, BackendLoad load) {
    return !route.hasAffinity()
        || load.address().equals(home)
        || route
            .load()
            .affinity()
            .move(connection.source().getAddress(), home, load.address(), System.nanoTime());
  }

  /**
   * A backend that refused would do so again. One that did not answer may have lost a packet, and
   * is tried once more when there is no other.
   */
  private int pick(Pool route) {
    int atHome = home(route);
    if (atHome != Balancer.NONE) {
      return open(atHome) ? atHome : Balancer.NONE;
    }
    int candidate = route.balancer().pick(clientHash, this);
    if (candidate == Balancer.NONE && timedOut && triedAll(route)) {
      tried = null;
      candidate = route.balancer().pick(clientHash, this);
    }
    return candidate;
  }

  private boolean triedAll(Pool route) {
    if (tried == null || !route.hasCandidates()) {
      return false;
    }
    for (Backend candidate : route.served().candidates()) {
      if (!tried.contains(candidate.address())) {
        return false;
      }
    }
    return true;
  }

  private void giveUpOrWait(Pool route, long nowNs) {
    if (triedAll(route)) {
      end(CloseReason.CONNECT_FAILED);
      return;
    }
    boolean full = route.hasCandidates();
    Duration patience = full ? route.policy().queueTimeout() : route.policy().emptyHold();
    if (!queued) {
      queued = true;
      queuedAtNs = nowNs;
      route.load().startsWaiting();
    }
    if (nowNs - queuedAtNs < patience.toNanos()) {
      worker.waits(connection);
    } else if (home != null && !leavesHome) { // better elsewhere than not at all
      leavesHome = true;
      seek(route);
    } else {
      end(full ? CloseReason.QUEUE_TIMEOUT : CloseReason.NO_BACKEND);
    }
  }

  private void leaveQueue() {
    if (queued && pool != null) {
      queued = false;
      pool.load().stopsWaiting();
    }
  }

  private void end(CloseReason reason) {
    connection.notFound(reason); // which stops this
  }

  private void connect(Pool route, BackendLoad load) {
    attempts++;
    target = load;
    sources = 0;
    dial(route, load, null);
  }

  /**
   * @param after the source address that it could not come from, null for the first try
   */
  private void dial(Pool route, BackendLoad load, @Nullable SourceLoad after) {
    source = source(route.served().sources(), load, after);
    Optional<L> opened = connection.open(load.address(), route.policy().connectTimeout());
    if (opened.isEmpty()) { // no file descriptor left: no backend would do better
      end(CloseReason.LIMIT);
      return;
    }
    leg = opened.get();
    connection.connect(opened.get(), load.address(), source == null ? null : source.anyPort());
  }

  /** Where it is to come from; null for wherever the kernel chooses. */
  private @Nullable SourceLoad source(
      SourcePool pool, BackendLoad load, @Nullable SourceLoad after) {
    if (pool.isEmpty() || !pool.serves(load.address())) {
      return null;
    }
    SourceLoad next =
        sources >= SourcePool.MOST_TRIES
            ? null
            : pool.pick(
                ClientHash.of(connection.source().getAddress()),
                load.address(),
                after,
                System.nanoTime());
    sources++;
    if (next == null) {
      worker.edge().sourceless();
    } else {
      next.enter();
    }
    return next;
  }

  /** It cannot come from where it was to. That says nothing against the backend: another source. */
  void sourceFailed(L attempt, SourceProblem problem) {
    if (isOver(attempt) || target == null || pool == null || source == null) {
      attempt.close();
      return;
    }
    SourceLoad failed = source;
    BackendLoad load = target;
    switch (problem) {
      case MISSING -> {
        failed.miss();
        failed.missed();
      }
      case EXHAUSTED -> {
        failed.full(load.address(), System.nanoTime());
        failed.exhausted();
      }
    }
    leg = null; // first, because closing answers the connect
    leaveSource();
    attempt.close();
    dial(pool, load, failed);
  }

  void connected(L attempt) {
    if (isOver(attempt) || target == null) {
      attempt.close();
    } else {
      over = true;
      if (source != null) {
        source.connected();
      }
      connection.found(attempt, target, source);
    }
  }

  void connectFailed(L attempt, Throwable cause) {
    if (isOver(attempt) || target == null || pool == null) {
      attempt.close();
    } else if (ConnectFailures.isReset(cause)) {
      BackendLoad load = target;
      over = true;
      leaveSource();
      target = null; // the connection's now
      connection.foundAndLost(load);
    } else {
      unreachable(pool, attempt, target, cause);
    }
  }

  /** Given up meanwhile. */
  private boolean isOver(L attempt) {
    return over || attempt != leg;
  }

  private void unreachable(Pool route, L attempt, BackendLoad load, @Nullable Throwable cause) {
    leg = null; // first, because closing answers the connect
    target = null;
    leaveSource();
    attempt.close();
    load.leave();
    load.failed();
    timedOut = cause instanceof ConnectTimeoutException;
    if (cause != null && !ConnectFailures.isOurFault(cause)) {
      worker.events().connectFailed(load.address(), cause);
    }
    if (attempts >= route.policy().connectAttempts()) {
      end(CloseReason.CONNECT_FAILED);
      return;
    }
    if (tried == null) {
      tried = new ArrayList<>(route.policy().connectAttempts());
    }
    tried.add(load.address());
    route.load().retries();
    seek(route);
  }
}
