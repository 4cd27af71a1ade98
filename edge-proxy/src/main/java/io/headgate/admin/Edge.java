package io.headgate.admin;

import io.headgate.admin.AddressesView.GroupView;
import io.headgate.model.Explanation;
import io.headgate.model.OperatorOrders;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The running edge as the admin API sees it: views to read and orders to give. Called on the admin
 * server's threads; views answer at once from immutable state, orders may take as long as what they
 * do.
 */
public interface Edge {
  StatusView status();

  List<RouteView> routes();

  List<BackendView> backends();

  List<NodeView> nodes();

  AddressesView addresses();

  /** What goes wrong, or would; asks and tries, for up to ten seconds. */
  List<CheckView> doctor();

  /** By route name, or by {@code namespace/name} of a Service that routes forward to. */
  List<Explanation> explain(String routeOrService);

  /** The newest last; those after the given sequence number, of the last thousand. */
  List<EventView> events(long afterSequence);

  /** The configuration in force, every default filled in, no secrets: nested maps and lists. */
  Map<String, Object> config();

  List<MetricFamily> metrics();

  /** Every thread that must move has moved lately. */
  boolean live();

  /** Empty when ready to serve; otherwise why not. */
  Optional<String> notReady();

  /** Completed when it has taken effect in the table. */
  OrderResult order(OperatorOrders.Target target, OperatorOrders.Order order);

  ReloadResult reload();

  /**
   * Hands the addresses of a group to a peer, or of all groups, and goes on serving until it has
   * them; or takes that back. Completed when it has come about, or nobody has taken them.
   */
  FailoverResult failover(Optional<String> group, boolean takeBack);

  /**
   * What became of a handover.
   *
   * @param problem why nothing was tried; empty where it was
   * @param groups that it was about, as they stand now
   */
  record FailoverResult(String problem, List<GroupView> groups) {}

  /**
   * What became of an operator's order.
   *
   * @param known false where no route has such a node; the order is refused then
   * @param activeConnections that the node still has on the routes that the order is about
   */
  record OrderResult(boolean known, String message, long activeConnections) {}

  /**
   * What became of a reload.
   *
   * @param problems of the file; empty where it is now in force
   * @param changes what is different, in words
   */
  record ReloadResult(List<String> problems, List<String> changes) {}
}
