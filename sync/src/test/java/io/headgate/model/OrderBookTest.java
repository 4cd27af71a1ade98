package io.headgate.model;

import static io.headgate.model.OperatorOrders.Order.DRAIN;
import static io.headgate.model.OperatorOrders.Order.MAINT;
import static io.headgate.model.OperatorOrders.Order.READY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.OperatorOrders.Target;
import io.headgate.model.OrderBook.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OrderBookTest {
  private static final List<Target> TARGETS =
      List.of("n1", "http/n1", "https/n1", "n2", "http/n2").stream().map(Target::parse).toList();

  private static final List<Order> ORDERS = List.of(DRAIN, MAINT, READY);

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void merging_is_the_same_in_any_order_and_however_often() {
    for (int i = 0; i < 2_000; i++) {
      OrderBook one = anyBook();
      OrderBook two = anyBook();
      OrderBook three = anyBook();
      assertThat(one.merge(two)).as("seed %d", seed).isEqualTo(two.merge(one));
      assertThat(one.merge(two.merge(three)))
          .as("seed %d", seed)
          .isEqualTo(one.merge(two).merge(three));
      assertThat(one.merge(two).merge(two).merge(one))
          .as("seed %d", seed)
          .isEqualTo(one.merge(two));
      assertThat(one.merge(one)).as("seed %d", seed).isEqualTo(one);
    }
  }

  @Test
  void an_order_does_to_the_book_what_it_does_to_the_orders() {
    for (int i = 0; i < 2_000; i++) {
      OrderBook book = anyBook();
      Target target = TARGETS.get(random.nextInt(TARGETS.size()));
      Order order = ORDERS.get(random.nextInt(ORDERS.size()));
      assertThat(book.with(target, order, random.nextInt(10)).standing())
          .as("seed %d: %s %s after %s", seed, order, target, book)
          .isEqualTo(book.standing().with(target, order));
    }
  }

  @Test
  void edges_that_have_all_heard_of_one_another_agree_and_the_last_word_stands() {
    for (int i = 0; i < 300; i++) {
      List<OrderBook> edges = new ArrayList<>(List.of(anyBook(), anyBook(), anyBook()));
      for (int step = 0; step < 20; step++) {
        int edge = random.nextInt(3);
        OrderBook next =
            random.nextBoolean()
                ? edges.get(edge).merge(edges.get(random.nextInt(3)))
                : edges
                    .get(edge)
                    .with(
                        TARGETS.get(random.nextInt(TARGETS.size())),
                        ORDERS.get(random.nextInt(ORDERS.size())),
                        step);
        edges.set(edge, next);
      }
      OrderBook all = edges.get(0).merge(edges.get(1)).merge(edges.get(2));
      OrderBook last = all.with(TARGETS.getFirst(), MAINT, 0);
      assertThat(edges.get(2).merge(edges.get(0)).merge(edges.get(1)))
          .as("seed %d", seed)
          .isEqualTo(all);
      assertThat(last.merge(edges.get(1)).standing().orders())
          .as("seed %d", seed)
          .containsEntry(TARGETS.getFirst(), MAINT);
    }
  }

  @Test
  void the_newest_word_on_a_target_stands_whoever_merges() {
    OrderBook here = said("n1", DRAIN, 1_000).with(Target.parse("n2"), MAINT, 3_000);
    OrderBook there = said("n1", MAINT, 2_000).with(Target.parse("n2"), DRAIN, 2_500);
    assertThat(here.merge(there).standing().orders())
        .isEqualTo(Map.of(Target.parse("n1"), MAINT, Target.parse("n2"), MAINT));
  }

  @Test
  void what_was_taken_back_is_not_brought_back_by_an_edge_that_was_away() {
    OrderBook away = said("n1", DRAIN, 1_000).with(Target.parse("http/n1"), MAINT, 1_001);
    OrderBook here = away.with(Target.parse("n1"), READY, 2_000);
    assertThat(here.standing()).isEqualTo(OperatorOrders.NONE);
    assertThat(here.merge(away).standing()).isEqualTo(OperatorOrders.NONE);
    assertThat(away.merge(here).standing()).isEqualTo(OperatorOrders.NONE);
  }

  @Test
  void ready_for_a_node_takes_back_what_only_another_edge_was_told_before() {
    OrderBook there = said("http/n1", MAINT, 1_000);
    OrderBook here = said("n1", READY, 2_000);
    assertThat(here.merge(there).standing()).isEqualTo(OperatorOrders.NONE);
    OrderBook later = said("http/n1", MAINT, 3_000);
    assertThat(here.merge(later).standing()).isEqualTo(later.standing());
  }

  @Test
  void a_word_given_here_is_newer_than_one_from_a_clock_that_runs_ahead() {
    OrderBook ahead = said("n1", DRAIN, 9_000_000);
    OrderBook here = ahead.with(Target.parse("n1"), READY, 1_000);
    assertThat(ahead.merge(here).standing()).isEqualTo(OperatorOrders.NONE);
  }

  @Test
  void what_is_new_is_told_and_nothing_else() {
    OrderBook before = said("n1", DRAIN, 1_000);
    OrderBook after = before.with(Target.parse("n2"), MAINT, 1_001);
    assertThat(after.without(before).words()).containsOnlyKeys(Target.parse("n2"));
    assertThat(before.merge(after.without(before))).isEqualTo(after);
  }

  @Test
  void the_oldest_of_what_was_taken_back_is_forgotten_and_no_order_is() {
    OrderBook book = said("standing", DRAIN, 0);
    for (int i = 0; i < OrderBook.MOST_TAKEN_BACK + 5; i++) {
      book = book.with(Target.parse("n" + i), READY, 10 + i);
    }
    assertThat(book.bounded().words())
        .hasSize(OrderBook.MOST_TAKEN_BACK + 1)
        .containsKey(Target.parse("standing"))
        .doesNotContainKey(Target.parse("n4"))
        .containsKey(Target.parse("n5"));
  }

  @Test
  void ready_for_a_whole_node_is_no_order_that_stands() {
    Map<Target, Word> words = Map.of(Target.parse("n1"), new Word(Optional.of(READY), 1));
    assertThatThrownBy(() -> new OrderBook(words)).isInstanceOf(IllegalArgumentException.class);
  }

  /** As merging leaves them: in no order, and some that no edge alone would have. */
  private OrderBook anyBook() {
    OrderBook book = OrderBook.EMPTY;
    for (int i = random.nextInt(6); i > 0; i--) {
      Target target = TARGETS.get(random.nextInt(TARGETS.size()));
      int kind = random.nextInt(target.route().isEmpty() ? 3 : 4);
      Optional<Order> order =
          switch (kind) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(DRAIN);
            case 2 -> Optional.of(MAINT);
            case 3 -> Optional.of(READY);
            default -> throw new AssertionError(kind);
          };
      book = book.merge(new OrderBook(Map.of(target, new Word(order, random.nextInt(5)))));
    }
    return book;
  }

  private static OrderBook said(String target, Order order, long atMs) {
    return OrderBook.EMPTY.with(Target.parse(target), order, atMs);
  }
}
