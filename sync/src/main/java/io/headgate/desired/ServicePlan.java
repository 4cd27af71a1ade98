package io.headgate.desired;

import io.headgate.addressing.Assignment;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.RouteConfig;
import io.headgate.config.RouteConfig.Source;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport.Remark;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All routes of one decision: those of the file with what their Services say, and those that
 * Services ask for.
 *
 * @param memory for the next decision
 * @param routes of the file in its order, then those of Services by name
 * @param servings by Service, of those whose class is ours or whose external IPs we serve
 * @param anew Services that are not those that had their name before
 */
record ServicePlan(
    Memory memory,
    List<EffectiveRoute> routes,
    Map<ServiceKey, Serving> servings,
    List<ServiceKey> anew) {

  static ServicePlan of(
      Memory before, HeadgateConfig config, ClusterSnapshot snapshot, LoadBalancing balancing) {
    return new Planning(before, config, snapshot, balancing).plan();
  }

  /** One way from Services to routes. Used once, by one thread. */
  private static final class Planning {
    private final Memory before;
    private final HeadgateConfig config;
    private final ClusterSnapshot snapshot;
    private final LoadBalancing balancing;
    private final Map<ServiceKey, ServiceSettings> settings = new HashMap<>();
    private final List<ServiceKey> anew = new ArrayList<>();

    Planning(
        Memory before, HeadgateConfig config, ClusterSnapshot snapshot, LoadBalancing balancing) {
      this.before = before;
      this.config = config;
      this.snapshot = snapshot;
      this.balancing = balancing;
    }

    ServicePlan plan() {
      var occupied = new Occupied();
      List<EffectiveRoute> routes = new ArrayList<>();
      for (RouteConfig route : config.routes()) {
        routes.add(EffectiveRoute.of(route, serviceOf(route)));
        route.listeners().forEach(listener -> occupied.take(listener, route.name()));
      }
      List<ClusterService> asking = asking();
      Map<ServiceKey, Assignment> assignments =
          balancing.pools().assign(asking.stream().filter(balancing::covers).toList(), known());
      List<Serving> servings =
          asking.stream().map(service -> serving(service, assignments)).toList();
      servings.forEach(serving -> serving.askAssigned(occupied));
      servings.forEach(serving -> serving.askExternal(occupied));
      Map<ServiceKey, Serving> byService = new TreeMap<>();
      Map<ServiceKey, List<Remark>> told = new HashMap<>();
      for (Serving serving : servings) {
        byService.put(serving.service(), serving);
        told.put(serving.service(), serving.remarks());
      }
      byService.values().forEach(serving -> routes.addAll(serving.routes(config.defaults())));
      return new ServicePlan(new Memory(settings, assignments, told), routes, byService, anew);
    }

    private Optional<ServiceSettings> serviceOf(RouteConfig route) {
      return route.source() instanceof Source.Service(var key, _)
          ? Optional.ofNullable(snapshot.services().get(key)).map(this::settings)
          : Optional.empty();
    }

    private ServiceSettings settings(ClusterService service) {
      return settings.computeIfAbsent(
          service.key(),
          key -> {
            Optional<ServiceSettings> known = before.settings(key);
            known
                .filter(other -> !other.service().uid().equals(service.uid()))
                .ifPresent(_ -> anew.add(key));
            return ServiceSettings.of(service, balancing.covers(service), known);
          });
    }

    /** Those that ask for something that is ours to give, the older ones first. */
    private List<ClusterService> asking() {
      return snapshot.services().values().stream()
          .filter(service -> !service.request().deleting())
          .filter(service -> balancing.covers(service) || !external(service).isEmpty())
          .filter(service -> !settings(service).ignored())
          .sorted(ClusterService.OLDEST_FIRST)
          .toList();
    }

    private Serving serving(ClusterService service, Map<ServiceKey, Assignment> assignments) {
      boolean ours = balancing.covers(service);
      var serving =
          new Serving(
              settings(service),
              ours ? Optional.ofNullable(assignments.get(service.key())) : Optional.empty(),
              external(service));
      if (ours) { // of others' Services we say nothing
        service.request().externalIps().stream()
            .filter(text -> external(service, text).isEmpty())
            .forEach(text -> serving.warn("ExternalIPRefused", refused(text)));
      }
      return serving;
    }

    private static String refused(String text) {
      return "external IP %s is not served: it is in no pool of this edge"
          .formatted(ServiceAnnotations.printable(text));
    }

    private List<InetAddress> external(ClusterService service) {
      return service.request().externalIps().stream()
          .flatMap(text -> external(service, text).stream())
          .distinct()
          .toList();
    }

    private Optional<InetAddress> external(ClusterService service, String text) {
      return service.type() == ClusterService.Type.EXTERNAL_NAME
          ? Optional.empty()
          : Addresses.parse(text)
              .filter(address -> !address.isAnyLocalAddress())
              .filter(address -> balancing.pools().has(service, address));
    }

    /** What the Services that still are the same had got. */
    private Map<ServiceKey, Assignment> known() {
      Map<ServiceKey, Assignment> known = new HashMap<>(before.assignments());
      anew.forEach(known::remove);
      return known;
    }
  }
}
