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
class OrdersFileTest {
  @TempDir Path directory;

  @Test
  void orders_survive_a_restart_with_their_times_and_what_was_taken_back() throws IOException {
    OrderBook book =
        OrderBook.EMPTY
            .with(Target.parse("node-1"), Order.DRAIN, 1_000)
            .with(Target.parse("shop/web:http/node-2"), Order.MAINT, 2_000)
            .with(Target.parse("http/node-1"), Order.READY, 3_000)
            .with(Target.parse("node-3"), Order.READY, 4_000);

    file().write(book);

    assertThat(file().read()).isEqualTo(book);
    assertThat(Files.readString(directory.resolve("orders")))
        .isEqualTo(
            """
            cleared node-3 4000
            drain node-1 1000
            maint shop/web:http/node-2 2000
            ready http/node-1 3000
            """);
  }

  @Test
  void orders_of_a_version_that_wrote_no_times_stand_and_are_older_than_any_other()
      throws IOException {
    Files.writeString(
        directory.resolve("orders"), "drain node-1\nmaint http/node-2\nready http/node-1\n");

    OrderBook read = file().read();

    assertThat(read.standing().orders())
        .isEqualTo(
            Map.of(
                Target.parse("node-1"), Order.DRAIN,
                Target.parse("http/node-2"), Order.MAINT,
                Target.parse("http/node-1"), Order.READY));
    assertThat(read.words().values()).allMatch(word -> word.atMs() == 0);
  }

  @Test
  void a_first_start_has_no_orders() {
    assertThat(file().read()).isEqualTo(OrderBook.EMPTY);
  }

  @Test
  void a_damaged_line_costs_only_itself() throws IOException {
    Files.writeString(
        directory.resolve("orders"),
        """
        drain node-1 5
        \0garbage
        fly node-2
        drain node-3 yesterday
        drain node-4 99999999999999999999
        drain \033node-5
        drain
        """);

    assertThat(file().read())
        .isEqualTo(OrderBook.EMPTY.with(Target.parse("node-1"), Order.DRAIN, 5));
  }

  @Test
  void a_failed_write_leaves_the_old_orders() throws IOException {
    OrderBook before = OrderBook.EMPTY.with(Target.parse("node-1"), Order.DRAIN, 1);
    file().write(before);
    Files.createDirectory(directory.resolve("orders.new")); // where the new file would go

    assertThatThrownBy(() -> file().write(OrderBook.EMPTY)).isInstanceOf(IOException.class);
    assertThat(file().read()).isEqualTo(before);
  }

  private OrdersFile file() {
    return new OrdersFile(directory.resolve("orders"));
  }
}
