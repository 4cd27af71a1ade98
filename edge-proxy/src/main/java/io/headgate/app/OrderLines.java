package io.headgate.app;

import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.OperatorOrders.Target;
import io.headgate.model.OrderBook;
import io.headgate.model.OrderBook.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Orders as text, on disk and between edges: one line each, {@code drain node-1 1763872475000} or
 * {@code maint http/node-1 1763872475000}, the time in milliseconds since 1970; {@code cleared} is
 * what was taken back. Lines without a time are of a version that wrote none. Pure.
 */
final class OrderLines {
  private static final String CLEARED = "cleared";
  private static final int MOST_DIGITS = 15;

  /**
   * What comes of reading.
   *
   * @param unread lines that are no orders; they cost only themselves
   */
  record Read(OrderBook book, List<String> unread) {}

  private OrderLines() {}

  /** Sorted, each without its end. */
  static List<String> of(OrderBook book) {
    return book.words().entrySet().stream()
        .map(entry ->
            "%s %s %d"
                .formatted(word(entry.getValue().order()), entry.getKey(), entry.getValue().atMs()))
        .sorted()
        .toList();
  }

  static Read read(List<String> lines) {
    Map<Target, Word> words = new HashMap<>();
    List<String> unread = new ArrayList<>();
    for (String line : lines) {
      String[] parts = line.strip().split(" +", 3);
      Optional<Long> atMs = parts.length < 3 ? Optional.of(0L) : time(parts[2]);
      boolean printable = line.chars().noneMatch(Character::isISOControl);
      if (parts.length >= 2 && atMs.isPresent() && isWord(parts[0]) && printable) {
        Target target = Target.parse(parts[1]);
        words.put(target, new Word(order(parts[0], target), atMs.get()));
      } else if (!line.isBlank()) {
        unread.add(line);
      }
    }
    return new Read(new OrderBook(words), unread);
  }

  private static String word(Optional<Order> order) {
    return order.map(known -> known.name().toLowerCase(Locale.ROOT)).orElse(CLEARED);
  }

  private static boolean isWord(String text) {
    if (text.equals(CLEARED)) {
      return true;
    }
    for (Order order : Order.values()) {
      if (word(Optional.of(order)).equals(text)) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Order> order(String word, Target target) {
    if (word.equals(CLEARED)) {
      return Optional.empty();
    }
    Order order = Order.valueOf(word.toUpperCase(Locale.ROOT));
    return order == Order.READY && target.route().isEmpty() ? Optional.empty() : Optional.of(order);
  }

  private static Optional<Long> time(String text) {
    boolean digits =
        !text.isEmpty()
            && text.length() <= MOST_DIGITS
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }
}
