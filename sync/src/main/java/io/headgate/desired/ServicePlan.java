package io.headgate.desired;

import io.headgate.addressing.Assignment;
import io.headgate.addressing.Claim;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.RouteConfig;
import io.headgate.config.RouteConfig.Source;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.Printable;
import io.headgate.model.ServiceKey;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All routes of one decision: those of the file with what their Services say, and those that
 * Services ask for.
 *
 * @param basis what the plan was made of
 * @param memory for the next decision
 * @param routes of the file in its order, then those of Services by name
 * @param served by Service, of those whose class is ours, whose external IPs we serve, or which the
 *     file names and which have external IPs
 * @param anew Services that are not those that had their name before
 */
record ServicePlan(
    Optional<Basis> basis,
    Memory memory,
    List<EffectiveRoute> routes,
    Map<ServiceKey, Served> served,
    List<ServiceKey> anew) {
  static final ServicePlan NONE =
      new ServicePlan(Optional.empty(), Memory.NONE, List.of(), Map.of(), List.of());

  record Basis(
      HeadgateConfig config, Map<ServiceKey, ClusterService> services, LoadBalancing balancing) {}

  /** The plan after this one. */
  ServicePlan then(HeadgateConfig config, ClusterSnapshot snapshot, LoadBalancing balancing) {
    var now = new Basis(config, snapshot.services(), balancing);
    return basis.filter(now::equals).isPresent()
        ? new ServicePlan(basis, memory, routes, served, List.of())
        : new Planning(this, now).plan();
  }

  /** One way from Services to routes. Used once, by one thread. */
  private static final class Planning {
    private final ServicePlan previous;
    private final Memory before;
    private final Basis basis;
    private final HeadgateConfig config;
    private final LoadBalancing balancing;
    private final Map<ServiceKey, ServiceSettings> settings = new HashMap<>();
    private final List<ServiceKey> anew = new ArrayList<>();
    private final Set<ServiceKey> named = new HashSet<>();

    Planning(ServicePlan previous, Basis basis) {
      this.previous = previous;
      this.before = previous.memory;
      this.basis = basis;
      this.config = basis.config;
      this.balancing = basis.balancing;
    }

    ServicePlan plan() {
      var occupied = new Occupied();
      List<EffectiveRoute> routes = new ArrayList<>();
      for (RouteConfig route : config.routes()) {
        routes.add(EffectiveRoute.of(route, serviceOf(route)));
        route.listeners().forEach(listener -> occupied.take(listener, route.name()));
      }
      List<ClusterService> asking = asking();
      Map<ServiceKey, Assignment> assignments = balancing.pools().assign(claims(asking), known());
      Map<ServiceKey, Served> answers = new HashMap<>();
      List<Serving> servings = new ArrayList<>();
      for (ClusterService service : asking) {
        Served known = previous.served.get(service.key());
        Optional<Assignment> assignment = assignment(service, assignments);
        if (known != null
            && known.stands(settings(service), assignment, config.defaults(), occupied)) {
          answers.put(service.key(), known);
        } else {
          Serving serving = serving(service, assignment);
          serving.askAssigned(occupied);
          servings.add(serving);
        }
      }
      servings.forEach(serving -> serving.askExternal(occupied));
      for (Serving serving : servings) {
        ServiceKey key = serving.service();
        Served now =
            serving.served(config.defaults(), Optional.ofNullable(previous.served.get(key)));
        answers.put(key, now);
      }
      Map<ServiceKey, Served> served = byName(answers);
      served.values().forEach(one -> routes.addAll(one.routes()));
      var memory = new Memory(settings, assignments, balancing.pools().standing());
      return new ServicePlan(Optional.of(basis), memory, routes, served, anew);
    }

    /** Those that were there before come in order, so that little is left to sort. */
    private Map<ServiceKey, Served> byName(Map<ServiceKey, Served> answers) {
      Map<ServiceKey, Served> sorted = LinkedHashMap.newLinkedHashMap(answers.size());
      Stream.concat(
              previous.served.keySet().stream().flatMap(key -> Stream.ofNullable(answers.get(key))),
              answers.values().stream().filter(one -> !previous.served.containsKey(one.key())))
          .sorted(Comparator.comparing(Served::key))
          .forEach(one -> sorted.put(one.key(), one));
      return Collections.unmodifiableMap(sorted);
    }

    private Optional<ServiceSettings> serviceOf(RouteConfig route) {
      if (!(route.source() instanceof Source.Service(var key, _))) {
        return Optional.empty();
      }
      named.add(key);
      return Optional.ofNullable(basis.services.get(key)).map(this::settings);
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

    /**
     * Those that ask for something that is ours to give, and those of the file that ask for an
     * external IP that is not; the older ones first.
     */
    private List<ClusterService> asking() {
      return basis.services.values().stream()
          .filter(service -> !service.request().deleting())
          .filter(service ->
              balancing.covers(service)
                  || !external(service).isEmpty()
                  || (named.contains(service.key()) && !service.request().externalIps().isEmpty()))
          .filter(service -> !settings(service).ignored())
          .sorted(ClusterService.OLDEST_FIRST)
          .toList();
    }

    private List<Claim> claims(List<ClusterService> asking) {
      return asking.stream()
          .filter(balancing::covers)
          .map(service -> new Claim(service, settings(service).ports()))
          .toList();
    }

    private Optional<Assignment> assignment(
        ClusterService service, Map<ServiceKey, Assignment> assignments) {
      return balancing.covers(service)
          ? Optional.ofNullable(assignments.get(service.key()))
          : Optional.empty();
    }

    private Serving serving(ClusterService service, Optional<Assignment> assignment) {
      var serving = new Serving(settings(service), assignment, external(service));
      service.request().externalIps().stream()
          .filter(text -> external(service, text).isEmpty())
          .forEach(text -> serving.warn("ExternalIPRefused", refused(text)));
      return serving;
    }

    private static String refused(String text) {
      return "external IP %s is not served: it is in no pool of this edge"
          .formatted(Printable.text(text));
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
