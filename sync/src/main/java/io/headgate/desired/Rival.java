package io.headgate.desired;

import io.headgate.addressing.PoolCatalog.Notice;
import io.headgate.config.LoadBalancerConfig;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A MetalLB controller that is at work on the Services without a class while these are ours, too:
 * of two that give addresses and write statuses one must not. What can be seen of it without more
 * rights than we have is
 *
 * <ul>
 *   <li>the Service of its webhook, behind which is the controller and nothing else: it has a ready
 *       endpoint. Where MetalLB's pools are ours to give from, that is enough: it would not know
 *       what we give;
 *   <li>the annotation {@code ip-allocated-from-pool}, which only the controller writes. It stays
 *       when MetalLB goes, so that only its coming and changing tell.
 * </ul>
 *
 * <p>A controller that runs with {@code --lb-class} has its own Services; that cannot be seen.
 *
 * @param sign what shows it; empty where nothing does
 * @param seenNs when an annotation last showed it, on the clock of {@code System.nanoTime}
 */
record Rival(String sign, OptionalLong seenNs) {
  static final Rival NONE = new Rival("", OptionalLong.empty());

  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final List<String> WEBHOOKS =
      List.of("metallb-webhook-service", "webhook-service");
  private static final List<String> ALLOCATED =
      List.of("metallb.io/ip-allocated-from-pool", "metallb.universe.tf/ip-allocated-from-pool");

  static Rival of(ServicePlan before, Inputs inputs, long nowNs) {
    LoadBalancerConfig config = inputs.config().loadBalancer();
    ClusterSnapshot snapshot = inputs.cluster().snapshot();
    Optional<String> webhook =
        config.metallb() ? webhook(snapshot, config.metallbNamespace()) : Optional.empty();
    Optional<ServiceKey> changed =
        config.defaultClass() && !isKnown(snapshot, before)
            ? changed(before.memory().settings(), snapshot)
            : Optional.empty();
    OptionalLong seenNs =
        changed.isPresent() ? OptionalLong.of(nowNs) : before.memory().standing().rival().seenNs();
    boolean lately = seenNs.isPresent() && nowNs - seenNs.getAsLong() < REMEMBERED.toNanos();
    String annotated =
        "MetalLB's controller has allocated an address to a Service without a class within the last"
            + " %d minutes".formatted(REMEMBERED.toMinutes());
    return new Rival(
        webhook.orElse(lately ? annotated : ""), lately ? seenNs : OptionalLong.empty());
  }

  private static Optional<String> webhook(ClusterSnapshot snapshot, String namespace) {
    return WEBHOOKS.stream()
        .map(name -> new ServiceKey(namespace, name))
        .filter(key -> snapshot.endpoints(key).stream().anyMatch(ClusterEndpoint::ready))
        .findFirst()
        .map(key -> "MetalLB's controller is at work (Service %s has endpoints)".formatted(key));
  }

  private static boolean isKnown(ClusterSnapshot snapshot, ServicePlan before) {
    return before.basis().filter(basis -> basis.services().equals(snapshot.services())).isPresent();
  }

  private static Optional<ServiceKey> changed(
      Map<ServiceKey, ServiceSettings> before, ClusterSnapshot snapshot) {
    return before.values().stream()
        .map(ServiceSettings::service)
        .filter(Rival::isWithoutClass)
        .filter(old -> {
          ClusterService now = snapshot.services().get(old.key());
          return now != null
              && now.uid().equals(old.uid())
              && !pool(now).isEmpty()
              && !pool(now).equals(pool(old));
        })
        .map(ClusterService::key)
        .min(ServiceKey::compareTo);
  }

  private static String pool(ClusterService service) {
    return ALLOCATED.stream()
        .map(key -> service.request().annotations().getOrDefault(key, ""))
        .filter(value -> !value.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static boolean isWithoutClass(ClusterService service) {
    return service.type() == ClusterService.Type.LOAD_BALANCER
        && service.request().loadBalancerClass().isEmpty();
  }

  /** Why a Service is left to it; empty where it is not. */
  String leaves(ClusterService service) {
    return sign.isEmpty() || !isWithoutClass(service)
        ? ""
        : sign
            + ", and this Service has no class: Headgate gives it no address and writes no status"
            + " until MetalLB is gone";
  }

  /**
   * @param sharesPools whether its pools are ours to give from, too
   */
  Optional<Notice> notice(boolean sharesPools) {
    return sign.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Notice(
                Level.WARNING,
                "MetalLB",
                sign
                    + ": Services without a class are left to it"
                    + (sharesPools ? ", and nothing new is given out of its pools" : "")
                    + ". To hand over to Headgate, scale the controller to 0 and stop the speakers;"
                    + " keep the IPAddressPools"));
  }
}
