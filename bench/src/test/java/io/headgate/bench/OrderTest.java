package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OrderTest {
  private static final InetSocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);

  @Test
  void an_order_arrives_as_it_was_given() {
    Order order = Order.of(Order.Verb.DOWNLOAD, ADDRESS, 5, 1L << 40);

    assertThat(order.line()).isEqualTo("DOWNLOAD 127.0.0.1:8080 5 1099511627776");
    assertThat(Order.parse(order.line())).isEqualTo(order);
  }

  @Test
  void an_order_may_take_no_number() {
    Order order = Order.of(Order.Verb.CLOSE, ADDRESS);

    assertThat(Order.parse(order.line())).isEqualTo(order);
  }
}
