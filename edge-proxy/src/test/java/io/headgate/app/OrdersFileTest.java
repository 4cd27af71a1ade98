package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.model.OperatorOrders;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.OperatorOrders.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class OrdersFileTest {
  @TempDir Path directory;

  @Test
  void orders_survive_a_restart() throws IOException {
    OperatorOrders orders =
        OperatorOrders.NONE
            .with(Target.parse("node-1"), Order.DRAIN)
            .with(Target.parse("http/node-2"), Order.MAINT)
            .with(Target.parse("http/node-1"), Order.READY);

    file().write(orders);

    assertThat(file().read()).isEqualTo(orders);
  }

  @Test
  void a_first_start_has_no_orders() {
    assertThat(file().read()).isEqualTo(OperatorOrders.NONE);
  }

  @Test
  void a_damaged_line_costs_only_itself() throws IOException {
    Files.writeString(directory.resolve("orders"), "drain node-1\n\u0000garbage\nfly node-2\n");

    assertThat(file().read())
        .isEqualTo(OperatorOrders.NONE.with(Target.parse("node-1"), Order.DRAIN));
  }

  @Test
  void a_failed_write_leaves_the_old_orders() throws IOException {
    file().write(OperatorOrders.NONE.with(Target.parse("node-1"), Order.DRAIN));
    Files.createDirectory(directory.resolve("orders.new")); // where the new file would go

    assertThatThrownBy(() -> file().write(OperatorOrders.NONE)).isInstanceOf(IOException.class);
    assertThat(file().read().orders()).hasSize(1);
  }

  private OrdersFile file() {
    return new OrdersFile(directory.resolve("orders"));
  }
}
