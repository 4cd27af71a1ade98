package io.headgate.app;

import io.headgate.admin.AddressesView;
import io.headgate.admin.BackendView;
import io.headgate.admin.CheckView;
import io.headgate.admin.Edge;
import io.headgate.admin.EventView;
import io.headgate.admin.MetricFamily;
import io.headgate.admin.NodeView;
import io.headgate.admin.RouteView;
import io.headgate.admin.StatusView;
import io.headgate.model.Explanation;
import io.headgate.model.OperatorOrders;
import io.headgate.takeover.TakeoverStatus.GroupStatus;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A running edge as the admin API sees it. Holds no state; any thread. */
final class EdgeViews implements Edge {
  /** As long as an edge waits for peers that advertise every ten seconds, and then some. */
  private static final long FAILOVER_SECONDS = 80;

  private static final long LIVE_WITHIN_NS = TimeUnit.SECONDS.toNanos(10);

  private final RunningEdge edge;
  private final ConfigReload reload;
  private final EdgeMetrics metrics;
  private final long startedNs = System.nanoTime();

  EdgeViews(RunningEdge edge, ConfigReload reload) {
    this.edge = edge;
    this.reload = reload;
    this.metrics = new EdgeMetrics(reload);
  }

  @Override
  public StatusView status() {
    return StatusOf.edge(
        Moment.of(edge), edge.relay().label(), reload, System.nanoTime() - startedNs);
  }

  @Override
  public List<RouteView> routes() {
    return RowsOf.routes(Moment.of(edge));
  }

  @Override
  public List<BackendView> backends() {
    return RowsOf.backends(Moment.of(edge));
  }

  @Override
  public List<NodeView> nodes() {
    return RowsOf.nodes(Moment.of(edge));
  }

  @Override
  public AddressesView addresses() {
    return AddressesOf.edge(Moment.of(edge));
  }

  @Override
  public List<CheckView> doctor() {
    try {
      return Doctor.examine(Moment.of(edge));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(CheckView.warn("doctor", "interrupted: the edge stops", "ask again"));
    }
  }

  @Override
  public List<Explanation> explain(String routeOrService) {
    return edge.state().explain(routeOrService, edge.inputs());
  }

  @Override
  public List<EventView> events(long afterSequence) {
    return edge.events().after(afterSequence);
  }

  @Override
  public Map<String, Object> config() {
    return ConfigView.of(edge.inputs().config());
  }

  @Override
  public List<MetricFamily> metrics() {
    return metrics.of(Moment.of(edge));
  }

  @Override
  public boolean live() {
    return System.nanoTime() - edge.lastAliveNs() < LIVE_WITHIN_NS;
  }

  @Override
  public Optional<String> notReady() {
    return StatusOf.notReady(Moment.of(edge));
  }

  @Override
  public OrderResult order(OperatorOrders.Target target, OperatorOrders.Order order) {
    Moment now = Moment.of(edge);
    boolean known =
        (target.route().isEmpty() && RowsOf.clusterNodes(now).containsKey(target.node()))
            || RowsOf.unexplained(now).stream().anyMatch(backend -> backend.isMeant(target));
    boolean standing = now.inputs().orders().orders().containsKey(target);
    if (!known && !standing) {
      return new OrderResult(false, unknown(target, now), 0);
    }
    try {
      edge.order(target, order);
    } catch (IOException e) {
      return new OrderResult(false, "the order cannot be kept on disk: " + e, 0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new OrderResult(false, "interrupted", 0);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    long active =
        RowsOf.unexplained(Moment.of(edge)).stream()
            .filter(backend -> backend.isMeant(target))
            .mapToLong(BackendView::active)
            .sum();
    return new OrderResult(true, target + " is now " + RowsOf.word(order), active);
  }

  @Override
  public FailoverResult failover(Optional<String> group, boolean takeBack) {
    List<String> known = edge.takeover().status().groups().stream().map(GroupStatus::name).toList();
    if (known.isEmpty()) {
      return refused("this edge takes part in no election: takeover.mode is not vrrp");
    }
    if (group.isPresent() && !known.contains(group.get())) {
      return refused(
          "there is no group %s; there is %s".formatted(group.get(), String.join(", ", known)));
    }
    try {
      List<GroupStatus> groups =
          edge.takeover()
              .failover(group, takeBack)
              .orElseThrow()
              .get(FAILOVER_SECONDS, TimeUnit.SECONDS);
      return groups.isEmpty()
          ? refused("none of it is this edge's to hand over: see headgate addresses")
          : new FailoverResult("", TakeoverOf.groups(groups));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return refused("interrupted");
    } catch (TimeoutException e) {
      return refused("the edge does not answer: see its log");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FailoverResult refused(String why) {
    return new FailoverResult(why, List.of());
  }

  @Override
  public ReloadResult reload() {
    return reload.reload();
  }

  private static String unknown(OperatorOrders.Target target, Moment now) {
    Optional<String> route = target.route();
    if (route.isPresent()
        && now.state().routes().stream().noneMatch(known -> known.name().equals(route.get()))) {
      return "there is no route " + route.get();
    }
    return "no backend on a node "
        + target.node()
        + route.map(name -> " of route " + name).orElse("");
  }
}
