package io.headgate.model;

import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.OperatorOrders.Target;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * The newest word of the operator about each target, at whichever edge it was said. Books of edges
 * that have not heard of one another for a while are merged; {@link #standing} is what then holds.
 * What was taken back stays in the book, so that an edge that missed it learns of it.
 */
public record OrderBook(Map<Target, Word> words) {
  public static final OrderBook EMPTY = new OrderBook(Map.of());

  /**
   * So many that are taken back are remembered: by an edge that was away for longer, they stand.
   */
  public static final int MOST_TAKEN_BACK = 1_000;

  /** Of two that were said in the same millisecond, the one that takes more away from the node. */
  private static final BinaryOperator<Word> NEWER =
      BinaryOperator.maxBy(
          Comparator.comparingLong(Word::atMs).thenComparingInt(word -> rank(word.order())));

  /**
   * What was said of a target.
   *
   * @param order empty where an earlier one is taken back; READY on one route lifts the node's
   *     order there
   * @param atMs since 1970, by the clock of the edge where it was said, and later than all that
   *     this edge knew then; 0 where it was not written down
   */
  public record Word(Optional<Order> order, long atMs) {
    boolean takesBack() {
      return order.isEmpty();
    }
  }

  public OrderBook {
    words = Map.copyOf(words);
    words.forEach((target, word) -> {
      if (target.route().isEmpty() && word.order().equals(Optional.of(Order.READY))) {
        throw new IllegalArgumentException("ready for a whole node takes back: " + target);
      }
    });
  }

  /** What holds by these words. */
  public OperatorOrders standing() {
    Map<Target, Order> orders = new HashMap<>();
    words.forEach((target, word) -> {
      if (stands(target, word)) {
        word.order().ifPresent(order -> orders.put(target, order));
      }
    });
    return new OperatorOrders(orders);
  }

  /**
   * The book after one more word, which counts as newer than all of the node that are known here,
   * whatever the clocks. Its {@link #standing} is that of before with the order added.
   */
  public OrderBook with(Target target, Order order, long nowMs) {
    long atMs = Math.max(nowMs, newestOf(target.node()) + 1);
    Word takenBack = new Word(Optional.empty(), atMs);
    boolean all = order == Order.READY && target.route().isEmpty();
    Map<Target, Word> next = new HashMap<>(words);
    words.forEach((other, word) -> {
      boolean dormant = !word.takesBack() && !stands(other, word);
      if (other.node().equals(target.node()) && !word.takesBack() && (all || dormant)) {
        next.put(other, takenBack);
      }
    });
    boolean liftsNothing =
        order == Order.READY && (target.route().isEmpty() || nodeOrder(target).isEmpty());
    next.put(target, liftsNothing ? takenBack : new Word(Optional.of(order), atMs));
    return new OrderBook(next);
  }

  /** The newer word on each target. In any order and as often as you like, the same comes of it. */
  public OrderBook merge(OrderBook other) {
    Map<Target, Word> merged = new HashMap<>(words);
    other.words.forEach((target, word) -> merged.merge(target, word, NEWER));
    return new OrderBook(merged);
  }

  /** The words that are not in another book. */
  public OrderBook without(OrderBook known) {
    Map<Target, Word> rest = new HashMap<>(words);
    rest.entrySet().removeAll(known.words.entrySet());
    return new OrderBook(rest);
  }

  /** Forgets the oldest of what was taken back, beyond {@link #MOST_TAKEN_BACK}. */
  public OrderBook bounded() {
    long takenBack = words.values().stream().filter(Word::takesBack).count();
    if (takenBack <= MOST_TAKEN_BACK) {
      return this;
    }
    Map<Target, Word> kept = new HashMap<>(words);
    words.entrySet().stream()
        .filter(entry -> entry.getValue().takesBack())
        .sorted(
            Comparator.comparingLong((Entry<Target, Word> entry) -> entry.getValue().atMs())
                .thenComparing(entry -> entry.getKey().toString()))
        .limit(takenBack - MOST_TAKEN_BACK)
        .map(Entry::getKey)
        .forEach(kept::remove);
    return new OrderBook(kept);
  }

  /** What was taken back with the node stays so, where only another edge knew of it, too. */
  private boolean stands(Target target, Word word) {
    if (word.takesBack()) {
      return false;
    }
    if (target.route().isEmpty()) {
      return true;
    }
    Word node = words.get(everywhere(target));
    boolean goneWithNode = node != null && node.takesBack() && word.atMs() <= node.atMs();
    boolean liftsNothing =
        word.order().equals(Optional.of(Order.READY)) && nodeOrder(target).isEmpty();
    return !goneWithNode && !liftsNothing;
  }

  private Optional<Order> nodeOrder(Target target) {
    Word node = words.get(everywhere(target));
    return node == null ? Optional.empty() : node.order();
  }

  private static Target everywhere(Target target) {
    return new Target(Optional.empty(), target.node());
  }

  private long newestOf(String node) {
    return words.entrySet().stream()
        .filter(entry -> entry.getKey().node().equals(node))
        .mapToLong(entry -> entry.getValue().atMs())
        .max()
        .orElse(-1);
  }

  private static int rank(Optional<Order> order) {
    return order
        .map(known ->
            switch (known) {
              case READY -> 1;
              case DRAIN -> 2;
              case MAINT -> 3;
            })
        .orElse(0);
  }
}
