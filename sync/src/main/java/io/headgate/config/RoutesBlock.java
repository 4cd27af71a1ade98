package io.headgate.config;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.Addresses;
import io.headgate.model.LabelSelector;
import io.headgate.model.Listener;
import io.headgate.model.PortReference;
import io.headgate.model.RoutePolicy;
import io.headgate.model.ServiceKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The block {@code routes}, with what it inherits from {@code addresses} and the defaults. */
final class RoutesBlock {
  private static final String PORT = "1 to 65535";
  private static final Pattern SERVICE = Pattern.compile("([^/:]+)/([^/:]+):([^/:]+)");

  private final Map<Listener, String> taken = new HashMap<>();
  private final RoutePolicy defaults;
  private final List<InetAddress> addresses;
  private final Optional<KubernetesConfig> kubernetes;

  private RoutesBlock(
      RoutePolicy defaults, List<InetAddress> addresses, Optional<KubernetesConfig> kubernetes) {
    this.defaults = defaults;
    this.addresses = addresses;
    this.kubernetes = kubernetes;
  }

  static List<RouteConfig> read(
      Section headgate, RoutePolicy defaults, Optional<KubernetesConfig> kubernetes) {
    var block =
        new RoutesBlock(
            defaults, addresses(headgate, List.of(Listener.everyAddress(0).address())), kubernetes);
    return headgate.block("routes").namedBlocks().stream().map(block::route).toList();
  }

  private RouteConfig route(Section route) {
    String name = route.name();
    if (!name.matches(Formats.NAME)) { // ROUTE/NODE names a backend
      route.problem("not a route's name", Formats.NAME_ALLOWED);
    }
    return new RouteConfig(
        name, listeners(route, name), source(route), PolicyBlock.read(route, defaults));
  }

  private List<Listener> listeners(Section route, String name) {
    List<InetAddress> listenAddresses = addresses(route, addresses);
    if (!route.require("port", PORT)) {
      return List.of();
    }
    int port = route.integer("port", 0, 1, 65_535);
    if (port == 0) {
      return List.of(); // told already
    }
    List<Listener> listeners =
        listenAddresses.stream().map(address -> new Listener(address, port)).toList();
    for (Listener listener : listeners) {
      String other = taken.putIfAbsent(listener, name);
      if (other != null) {
        route.problem(
            "port", listener + " belongs to route " + other, "each address and port once");
      }
    }
    return listeners;
  }

  private static List<InetAddress> addresses(Section block, List<InetAddress> inherited) {
    List<InetAddress> addresses =
        block.list(
            "addresses",
            inherited,
            "a literal IP address, or \"*\" for every local one",
            text ->
                text.equals("*")
                    ? Optional.of(Listener.everyAddress(0).address())
                    : Addresses.parse(text));
    block.rejectEmptyList("addresses");
    return addresses;
  }

  private Source source(Section route) {
    List<Source> sources = new ArrayList<>();
    List<String> given = new ArrayList<>();
    if (route.has("service")) {
      given.add("service");
      service(route).ifPresent(sources::add);
    }
    if (route.has("backends")) {
      given.add("backends");
      sources.add(fixed(route));
    }
    if (route.has("nodes")) {
      given.add("nodes");
      nodes(route).ifPresent(sources::add);
    }
    if (given.size() != 1) {
      route.problem(
          given.isEmpty() ? "nothing to forward to" : "has " + String.join(" and ", given),
          "exactly one of service, backends, nodes");
    }
    return sources.isEmpty() ? new Source.Fixed(List.of()) : sources.getFirst();
  }

  private Optional<Source> service(Section route) {
    needsCluster(route, "service");
    Optional<Source.Service> service =
        route.parsed("service", "\"namespace/name:port-name-or-number\"", RoutesBlock::service);
    service.ifPresent(known -> {
      List<String> namespaces = kubernetes.map(KubernetesConfig::namespaces).orElse(List.of());
      if (!namespaces.isEmpty() && !namespaces.contains(known.service().namespace())) {
        route.problem(
            "service",
            "namespace " + known.service().namespace() + " is not watched",
            "those of kubernetes.namespaces: " + String.join(", ", namespaces));
      }
    });
    return service.map(Source.class::cast);
  }

  private static Optional<Source.Service> service(String text) {
    Matcher matcher = SERVICE.matcher(text);
    if (!matcher.matches()
        || Formats.dnsLabel(matcher.group(1)).isEmpty()
        || Formats.dnsLabel(matcher.group(2)).isEmpty()) {
      return Optional.empty();
    }
    return port(matcher.group(3))
        .map(port -> new Source.Service(new ServiceKey(matcher.group(1), matcher.group(2)), port));
  }

  private static Optional<PortReference> port(String text) {
    if (!text.matches("\\d{1,9}")) {
      return Formats.dnsLabel(text).map(PortReference.Named::new);
    }
    int port = Integer.parseInt(text);
    return port >= 1 && port <= 65_535
        ? Optional.of(new PortReference.Numbered(port))
        : Optional.empty();
  }

  private static Source fixed(Section route) {
    List<InetSocketAddress> backends =
        route.list(
            "backends",
            List.of(),
            "literal IP address and port, such as 10.1.0.11:30080 or [2001:db8::1]:30080",
            text ->
                Addresses.parseWithPort(text)
                    .filter(backend -> !backend.getAddress().isAnyLocalAddress()));
    route.rejectEmptyList("backends");
    return new Source.Fixed(backends);
  }

  private Optional<Source> nodes(Section route) {
    needsCluster(route, "nodes");
    return route.optionalBlock("nodes").flatMap(RoutesBlock::selected);
  }

  private static Optional<Source> selected(Section nodes) {
    nodes.require("selector", "a label selector");
    nodes.require("port", PORT);
    Optional<LabelSelector> selector =
        nodes.parsed(
            "selector",
            "a label selector such as \"node-role.kubernetes.io/ingress=\"",
            LabelSelector::parse);
    int port = nodes.integer("port", 0, 1, 65_535);
    return selector.map(labels -> new Source.Nodes(labels, port));
  }

  private void needsCluster(Section route, String key) {
    if (kubernetes.isEmpty()) {
      route.problem(key, "needs a cluster", "only beside headgate.kubernetes { … }");
    }
  }
}
