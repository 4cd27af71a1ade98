package io.headgate.app;

import io.headgate.model.OperatorOrders;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.OperatorOrders.Target;
import io.headgate.model.OrderBook;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The orders that hold at this edge, whichever edge they were given at, in memory and on disk. Safe
 * from any thread; whoever adds to them waits for the disk.
 */
final class StandingOrders {
  private final OrdersFile file;
  private volatile OrderBook book; // written by whoever has the lock on this

  StandingOrders(OrdersFile file) {
    this.file = file;
    this.book = file.read();
  }

  OrderBook book() {
    return book;
  }

  /** What holds. */
  OperatorOrders orders() {
    return book.standing();
  }

  /**
   * Adds an order of this edge's operator, or throws and leaves everything as it was.
   *
   * @return what other edges do not know
   */
  synchronized OrderBook give(Target target, Order order, long nowMs) throws IOException {
    OrderBook next = book.with(target, order, nowMs).bounded();
    file.write(next);
    OrderBook news = next.without(book);
    book = next;
    return news;
  }

  /**
   * What came of another edge's words.
   *
   * @param changed what holds otherwise than before, READY where nothing is ordered any more
   * @param problem why it does not survive a restart of this edge; empty where it does
   */
  record Heard(Map<String, Order> changed, String problem) {}

  /** Adds what another edge was told. It holds even where it cannot be written down. */
  synchronized Heard hear(OrderBook theirs) {
    OrderBook next = book.merge(theirs).bounded();
    if (next.equals(book)) {
      return new Heard(Map.of(), "");
    }
    Map<String, Order> changed = changes(orders(), next.standing());
    book = next;
    try {
      file.write(next);
      return new Heard(changed, "");
    } catch (IOException e) {
      return new Heard(changed, e.toString());
    }
  }

  private static Map<String, Order> changes(OperatorOrders before, OperatorOrders after) {
    Set<Target> targets = new HashSet<>(before.orders().keySet());
    targets.addAll(after.orders().keySet());
    Map<String, Order> changed = new TreeMap<>();
    for (Target target : targets) {
      Order now = after.orders().get(target);
      if (before.orders().get(target) != now) {
        changed.put(target.toString(), now == null ? Order.READY : now);
      }
    }
    return changed;
  }
}
