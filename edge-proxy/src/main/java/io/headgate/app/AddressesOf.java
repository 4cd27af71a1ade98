package io.headgate.app;

import io.headgate.addressing.Assignment;
import io.headgate.addressing.PoolCatalog.Entry;
import io.headgate.addressing.PoolUse;
import io.headgate.admin.AddressesView;
import io.headgate.admin.AddressesView.AddressView;
import io.headgate.admin.AddressesView.PoolView;
import io.headgate.admin.AddressesView.UserView;
import io.headgate.admin.AddressesView.WaitingView;
import io.headgate.config.PoolConfig;
import io.headgate.config.RouteConfig;
import io.headgate.config.RouteConfig.Source;
import io.headgate.model.AddressRange;
import io.headgate.model.Addresses;
import io.headgate.model.IpFamily;
import io.headgate.model.Listener;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.Remark;
import io.headgate.relay.ListenerStatus;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The answer of {@code headgate addresses}, and how full the pools are. Pure. */
final class AddressesOf {
  private static final String CONFIGURED = "configured";

  private AddressesOf() {}

  static AddressesView edge(Moment now) {
    return new AddressesView(
        addresses(now),
        pools(now),
        waiting(now),
        notices(now),
        TakeoverOf.groups(now.takeover().groups()),
        TakeoverOf.peers(now.peers()));
  }

  /** Services whose class is ours that have no address, by name. */
  static List<WaitingView> waiting(Moment now) {
    List<WaitingView> waiting = new ArrayList<>();
    new TreeMap<>(now.state().assignments())
        .forEach((service, given) -> {
          if (given.addresses().isEmpty()) {
            waiting.add(new WaitingView(service.toString(), why(given, now)));
          }
        });
    return waiting;
  }

  private static String why(Assignment given, Moment now) {
    return given.remarks().stream()
        .filter(remark -> remark.level() == Level.WARNING)
        .map(Remark::message)
        .findFirst()
        .orElseGet(() ->
            now.inputs().holdsLease()
                ? "the cluster has not been heard yet"
                : "another edge gives addresses; this one serves what the cluster's status says");
  }

  /** One for each family of a pool that has addresses. */
  static List<PoolView> pools(Moment now) {
    List<PoolView> rows = new ArrayList<>();
    now.state()
        .addressing()
        .ifPresent(addressing -> {
          Map<String, Entry> byName =
              addressing.catalog().entries().stream()
                  .collect(Collectors.toMap(entry -> entry.pool().name(), Function.identity()));
          for (PoolUse use : addressing.use(now.state().assignments())) {
            Optional.ofNullable(byName.get(use.pool()))
                .ifPresent(pool -> {
                  add(rows, pool, IpFamily.IPV4, use.assignedIpv4(), use.availableIpv4());
                  add(rows, pool, IpFamily.IPV6, use.assignedIpv6(), use.availableIpv6());
                });
          }
        });
    return rows;
  }

  private static void add(List<PoolView> rows, Entry pool, IpFamily family, long used, long free) {
    List<String> ranges =
        pool.pool().addresses().stream()
            .filter(range -> range.family() == family)
            .map(AddressRange::toString)
            .toList();
    if (!ranges.isEmpty()) {
      rows.add(
          new PoolView(pool.pool().name(), pool.from(), family.toString(), used, free, ranges));
    }
  }

  private static List<String> notices(Moment now) {
    return now.state().notices().stream().map(one -> one.subject() + ": " + one.text()).toList();
  }

  private static List<AddressView> addresses(Moment now) {
    Map<InetAddress, Row> rows = new TreeMap<>(Addresses.ORDER);
    Function<InetAddress, Row> row = address -> rows.computeIfAbsent(address, _ -> new Row());
    now.state()
        .assignments()
        .forEach((service, given) -> {
          for (InetAddress address : given.addresses()) {
            row.apply(address).given(service, given);
          }
        });
    for (RouteConfig route : now.state().routes()) {
      boolean byFile = now.isConfigured(route.name());
      for (Listener listener : route.listeners()) {
        String user =
            !byFile && route.source() instanceof Source.Service(var service, _)
                ? service.toString()
                : route.name();
        row.apply(listener.address()).serves(user, listener.port(), !byFile);
      }
    }
    for (ListenerStatus status : now.listeners()) {
      row.apply(status.listener().address()).found(status);
    }
    List<AddressView> views = new ArrayList<>();
    rows.forEach((address, known) -> views.add(known.view(address, now)));
    return views;
  }

  /** What is known of one address. Used by one thread, once. */
  private static final class Row {
    private final Map<String, Set<Integer>> portsByUser = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private boolean ofPool;
    private int listeners;
    private int bound;

    void given(ServiceKey service, Assignment given) {
      ofPool = true;
      portsByUser.computeIfAbsent(service.toString(), _ -> new TreeSet<>());
      given
          .portProblems()
          .forEach(problem ->
              problems.add(
                  "%s: port %d/%s is not served: %s"
                      .formatted(service, problem.port(), problem.protocol(), problem.error())));
    }

    void serves(String user, int port, boolean byService) {
      ofPool |= byService;
      portsByUser.computeIfAbsent(user, _ -> new TreeSet<>()).add(port);
      listeners++;
    }

    void found(ListenerStatus status) {
      bound += status.problem().isEmpty() ? 1 : 0;
      status.problem().ifPresent(problems::add);
    }

    AddressView view(InetAddress address, Moment now) {
      return new AddressView(
          new Listener(address, 0).everyAddress() ? "*" : Addresses.text(address),
          ofPool ? pool(address, now) : CONFIGURED,
          portsByUser.entrySet().stream()
              .map(user -> new UserView(user.getKey(), List.copyOf(user.getValue())))
              .toList(),
          listeners,
          bound,
          TakeoverOf.owner(address, now.takeover()),
          List.copyOf(problems));
    }

    private static String pool(InetAddress address, Moment now) {
      return now.state().addressing().stream()
          .flatMap(addressing -> addressing.catalog().entries().stream())
          .map(Entry::pool)
          .filter(pool -> pool.addresses().stream().anyMatch(range -> range.contains(address)))
          .map(PoolConfig::name)
          .findFirst()
          .orElse(CONFIGURED);
    }
  }
}
