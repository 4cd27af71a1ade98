package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.OperatorOrders.Target;
import io.headgate.model.OrderBook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StandingOrdersTest {
  private static final Target NODE = Target.parse("node-1");

  @TempDir Path directory;

  @Test
  void only_what_is_new_is_for_the_peers() throws IOException {
    StandingOrders orders = orders("one");
    orders.give(NODE, Order.DRAIN, 1_000);
    OrderBook news = orders.give(Target.parse("node-2"), Order.MAINT, 1_001);
    assertThat(news.words()).containsOnlyKeys(Target.parse("node-2"));
  }

  @Test
  void what_a_peer_was_told_holds_here_and_over_a_restart() throws IOException {
    StandingOrders.Heard heard = orders("one").hear(orders("two").give(NODE, Order.DRAIN, 1_000));
    assertThat(heard.changed()).isEqualTo(Map.of("node-1", Order.DRAIN));
    assertThat(heard.problem()).isEmpty();
    assertThat(orders("one").orders().orders()).isEqualTo(Map.of(NODE, Order.DRAIN));
  }

  @Test
  void what_is_heard_twice_or_is_older_changes_nothing() throws IOException {
    StandingOrders one = orders("one");
    OrderBook older = orders("two").give(NODE, Order.MAINT, 1_000);
    OrderBook newer = one.give(NODE, Order.DRAIN, 2_000);
    assertThat(one.hear(older).changed()).isEmpty();
    assertThat(one.hear(newer).changed()).isEmpty();
    assertThat(one.orders().orders()).isEqualTo(Map.of(NODE, Order.DRAIN));
  }

  @Test
  void what_a_peer_took_back_is_ready_here() throws IOException {
    StandingOrders one = orders("one");
    StandingOrders two = orders("two");
    two.hear(one.give(NODE, Order.DRAIN, 2_000));
    StandingOrders.Heard heard =
        one.hear(two.give(NODE, Order.READY, 1_000)); // its clock is behind
    assertThat(heard.changed()).isEqualTo(Map.of("node-1", Order.READY));
    assertThat(one.orders().orders()).isEmpty();
  }

  @Test
  void without_a_disk_a_peers_order_holds_and_one_given_here_is_refused() throws IOException {
    OrderBook theirs = orders("two").give(NODE, Order.DRAIN, 1_000);
    StandingOrders one = orders("one");
    Files.createDirectory(directory.resolve("one.new")); // where the new file would go
    assertThat(one.hear(theirs).problem()).isNotEmpty();
    assertThat(one.orders().orders()).isEqualTo(Map.of(NODE, Order.DRAIN));
    assertThatThrownBy(() -> one.give(NODE, Order.MAINT, 2_000)).isInstanceOf(IOException.class);
    assertThat(one.orders().orders()).isEqualTo(Map.of(NODE, Order.DRAIN));
  }

  private StandingOrders orders(String name) {
    return new StandingOrders(new OrdersFile(directory.resolve(name)));
  }
}
