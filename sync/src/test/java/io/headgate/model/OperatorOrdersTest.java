package io.headgate.model;

import static io.headgate.model.OperatorOrders.Order.DRAIN;
import static io.headgate.model.OperatorOrders.Order.MAINT;
import static io.headgate.model.OperatorOrders.Order.READY;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.OperatorOrders.Target;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OperatorOrdersTest {
  @Test
  void nothing_holds_where_nothing_was_said() {
    assertThat(OperatorOrders.NONE.order("http", "n1")).isEmpty();
  }

  @Test
  void an_order_for_a_node_holds_on_every_route() {
    OperatorOrders orders = told("n1", DRAIN);
    assertThat(orders.order("http", "n1")).contains(DRAIN);
    assertThat(orders.order("https", "n1")).contains(DRAIN);
    assertThat(orders.order("http", "n2")).isEmpty();
  }

  @Test
  void an_order_for_a_node_on_one_route_holds_there_only() {
    OperatorOrders orders = told("http/n1", MAINT);
    assertThat(orders.order("http", "n1")).contains(MAINT);
    assertThat(orders.order("https", "n1")).isEmpty();
  }

  @Test
  void the_order_for_one_route_beats_the_one_for_all_whichever_came_first() {
    OperatorOrders specificLast = told(told("n1", DRAIN), "http/n1", MAINT);
    OperatorOrders specificFirst = told(told("http/n1", MAINT), "n1", DRAIN);
    assertThat(specificLast).isEqualTo(specificFirst);
    assertThat(specificLast.order("http", "n1")).contains(MAINT);
    assertThat(specificLast.order("https", "n1")).contains(DRAIN);
  }

  @Test
  void a_later_order_replaces_an_earlier_one() {
    OperatorOrders orders = told(told("n1", DRAIN), "n1", MAINT);
    assertThat(orders.order("http", "n1")).contains(MAINT);
    assertThat(orders.orders()).hasSize(1);
  }

  @Test
  void ready_on_one_route_lifts_the_node_s_order_there() {
    OperatorOrders orders = told(told("n1", DRAIN), "http/n1", READY);
    assertThat(orders.order("http", "n1")).isEmpty();
    assertThat(orders.order("https", "n1")).contains(DRAIN);
  }

  @Test
  void ready_on_one_route_takes_back_its_own_order_and_leaves_nothing_behind() {
    assertThat(told(told("http/n1", DRAIN), "http/n1", READY)).isEqualTo(OperatorOrders.NONE);
    assertThat(told("http/n1", READY)).isEqualTo(OperatorOrders.NONE);
  }

  @Test
  void ready_for_a_node_takes_back_all_that_was_said_of_it_and_nothing_else() {
    OperatorOrders orders =
        told(told(told(told("n1", DRAIN), "http/n1", MAINT), "https/n1", READY), "n2", MAINT);
    assertThat(told(orders, "n1", READY)).isEqualTo(told("n2", MAINT));
  }

  @Test
  void orders_do_not_change_when_one_more_is_given() {
    OperatorOrders before = told("n1", DRAIN);
    assertThat(told(before, "n1", MAINT)).isNotEqualTo(before);
    assertThat(before.orders()).isEqualTo(Map.of(Target.parse("n1"), DRAIN));
  }

  @Test
  void a_target_is_a_node_or_a_node_on_a_route() {
    assertThat(Target.parse("n1")).isEqualTo(new Target(Optional.empty(), "n1"));
    assertThat(Target.parse("http/n1")).isEqualTo(new Target(Optional.of("http"), "n1"));
    assertThat(Target.parse("http/[::1]:80")).hasToString("http/[::1]:80");
    assertThat(Target.parse("n1")).hasToString("n1");
  }

  private static OperatorOrders told(String target, Order order) {
    return told(OperatorOrders.NONE, target, order);
  }

  private static OperatorOrders told(OperatorOrders before, String target, Order order) {
    return before.with(Target.parse(target), order);
  }

  @Test
  void the_route_of_a_service_has_a_slash_in_its_name_and_a_node_has_none() {
    var target = Target.parse("web/shop:http/n1");
    assertThat(target.route()).contains("web/shop:http");
    assertThat(target.node()).isEqualTo("n1");
    assertThat(Target.parse(target.toString())).isEqualTo(target);
  }
}
