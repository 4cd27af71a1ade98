package io.headgate.kubernetes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API servers of one cluster, and which of them is asked first: the one that answered last.
 * None is better than another, so that nothing goes back by itself to one that has failed. Asks
 * nobody; any thread.
 */
final class Servers {
  private static final Logger LOG = LoggerFactory.getLogger(Servers.class);
  private static final int ERRORS_TO_LEAVE = 3;

  private final List<Server> all;
  private final Map<Server, Integer> failures = new HashMap<>(); // guarded by this
  private Server first; // guarded by this

  /**
   * One of them.
   *
   * @param written as the operator wrote it
   * @param base the same, parsed
   */
  record Server(String written, HttpUrl base) {
    @Override
    public String toString() {
      return written;
    }
  }

  /**
   * @param all at least one
   * @param begin the one to begin with, as written; where it is none of them, the first
   */
  Servers(List<Server> all, String begin) {
    this.all = List.copyOf(all);
    first =
        this.all.stream()
            .filter(server -> server.written().equals(begin))
            .findFirst()
            .orElse(this.all.getFirst());
  }

  /** The one in use. */
  synchronized Server first() {
    return first;
  }

  /** One request, which goes to one after the other until one answers. */
  synchronized Round round() {
    List<Server> order = new ArrayList<>();
    int from = all.indexOf(first);
    for (int i = 0; i < all.size(); i++) {
      order.add(all.get((from + i) % all.size()));
    }
    order
        .subList(1, order.size())
        .sort(Comparator.comparingInt(server -> failures.getOrDefault(server, 0)));
    return new Round(order);
  }

  /** It has gone silent: the others are asked before it. */
  synchronized void leave(Server server, String why) {
    if (server.equals(first) && all.size() > 1) {
      failures.merge(server, 1, Integer::sum);
      goTo(round().order.get(1), why);
    }
  }

  private synchronized void answered(Server server, Round round, String why) {
    failures.remove(server);
    settle(server, round, why);
  }

  /** Returns how often in a row it has failed by now. */
  private synchronized int failed(Server server) {
    return failures.merge(server, 1, Integer::sum);
  }

  /** Where another request has meanwhile settled elsewhere, that stays. */
  private synchronized void settle(Server server, Round round, String why) {
    if (first.equals(round.order.getFirst()) && !first.equals(server)) {
      goTo(server, why);
    }
  }

  private synchronized void goTo(Server server, String why) {
    LOG.warn("left the API server {} for {}: {}", first, server, why);
    first = server;
  }

  /** Owned by the thread that makes the request. */
  final class Round {
    private final List<Server> order;
    private int index;
    private String whyNotFirst = "";

    private Round(List<Server> order) {
      this.order = order;
    }

    /** Whom to ask now. */
    Server server() {
      return order.get(index);
    }

    /** Whether there is nobody to ask after it. */
    boolean last() {
      return index == order.size() - 1;
    }

    /**
     * Whether to ask once more, of what is now {@link #server}: where it gave no answer, or an
     * error of its own (5xx) for the third time in a row, and is not the last.
     *
     * @param failure empty where it did what was asked
     */
    boolean another(Optional<Failure> failure) {
      int code = failure.map(Failure::code).orElse(200);
      if (code != 0 && code < 500) {
        answered(server(), this, whyNotFirst);
        return false;
      }
      int row = failed(server());
      if (code != 0 && row < ERRORS_TO_LEAVE) {
        settle(server(), this, whyNotFirst);
        return false;
      }
      if (index == 0) {
        whyNotFirst = failure.map(Failure::text).orElse("");
      }
      if (last()) {
        return false;
      }
      index++;
      return true;
    }

    /** With the server's name, where there are several. */
    Failure named(Failure failure) {
      return order.size() == 1
          ? failure
          : new Failure(failure.code(), server() + ": " + failure.text(), failure.retryAfter());
    }
  }
}
