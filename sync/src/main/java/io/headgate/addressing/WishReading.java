package io.headgate.addressing;

import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import io.headgate.model.IpFamily;
import io.headgate.model.Printable;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.Remark;
import io.headgate.model.ServiceRequest.FamilyPolicy;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Understanding what one Service asks for. The first thing that makes no sense is the refusal. */
final class WishReading {
  private static final String PREFIX = "headgate.io/";
  private static final List<String> METALLB = List.of("metallb.io/", "metallb.universe.tf/");

  private final Pools pools;
  private final ClusterService service;
  private final boolean metallb;
  private final List<Remark> notes = new ArrayList<>();
  private Optional<Remark> refusal = Optional.empty();

  private WishReading(Pools pools, ClusterService service, boolean metallb) {
    this.pools = pools;
    this.service = service;
    this.metallb = metallb;
  }

  /**
   * @param metallb whether MetalLB's annotations mean something
   */
  static Wish read(ClusterService service, Pools pools, boolean metallb) {
    return new WishReading(pools, service, metallb).read();
  }

  private Wish read() {
    boolean every = service.request().familyPolicy() == FamilyPolicy.REQUIRE_DUAL_STACK;
    List<InetAddress> addresses = addresses();
    Optional<Pool> pool = pool(addresses);
    List<IpFamily> families =
        addresses.isEmpty() ? families() : addresses.stream().map(IpFamily::of).toList();
    if (every && families.size() < 2) {
      refuse(Reasons.INVALID, "RequireDualStack, and an address of one family is asked for");
    }
    return new Wish(families, every, addresses, pool, shareKey(), refusal, notes);
  }

  /**
   * MetalLB's key is good for Services of the Cluster policy, and for those of the Local policy
   * that have the same pods: of its nodes only those with a pod answer for the address. Whoever
   * relies on that has it here as well; our own key means nothing but itself.
   */
  private String shareKey() {
    String key = annotation("share-key", "allow-shared-ip");
    boolean theirs = !key.isEmpty() && ours("share-key").isEmpty();
    return theirs && service.localTraffic()
        ? key + " of the pods " + new TreeMap<>(service.request().selector())
        : key;
  }

  /** An old server that knows no families has IPv4. */
  private List<IpFamily> families() {
    List<IpFamily> families = service.request().families();
    return switch (service.request().familyPolicy()) {
      case SINGLE_STACK -> List.of(families.isEmpty() ? IpFamily.IPV4 : families.getFirst());
      case PREFER_DUAL_STACK -> families.isEmpty() ? List.of(IpFamily.IPV4) : families;
      case REQUIRE_DUAL_STACK ->
          Stream.concat(families.stream(), Stream.of(IpFamily.values())).distinct().toList();
    };
  }

  private List<InetAddress> addresses() {
    String asked = annotation("ips", "loadBalancerIPs");
    String field = service.request().loadBalancerIp().strip();
    if (!asked.isEmpty() && !field.isEmpty()) {
      refuse(
          Reasons.INVALID,
          "addresses are asked for by annotation and by spec.loadBalancerIP; only one may be set");
      return List.of();
    }
    String text = asked.isEmpty() ? field : asked;
    return text.isEmpty() ? List.of() : addresses(text.split(",", -1));
  }

  private List<InetAddress> addresses(String[] texts) {
    List<InetAddress> addresses = new ArrayList<>();
    Set<IpFamily> seen = EnumSet.noneOf(IpFamily.class);
    for (String text : texts) {
      Optional<InetAddress> address = Addresses.parse(text.strip());
      if (address.isEmpty()) {
        refuse(Reasons.INVALID, Printable.quoted(text) + " is asked for, and is no address");
        return List.of();
      }
      if (!seen.add(IpFamily.of(address.get()))) {
        refuse(Reasons.INVALID, "two addresses of one family are asked for; one may be");
        return List.of();
      }
      addresses.add(address.get());
    }
    addresses.sort(familyOrder(service));
    return addresses;
  }

  /** A family that the Service does not name comes after those that it does. */
  static Comparator<InetAddress> familyOrder(ClusterService service) {
    List<IpFamily> families = service.request().families();
    return Comparator.comparingInt(address -> {
      int index = families.indexOf(IpFamily.of(address));
      return index < 0 ? Integer.MAX_VALUE : index;
    });
  }

  private Optional<Pool> pool(List<InetAddress> addresses) {
    String name = annotation("pool", "address-pool");
    Optional<Pool> pool = pools.named(name);
    if (!name.isEmpty() && pool.isEmpty()) {
      refuse(
          Reasons.INVALID, "pool " + Printable.quoted(name) + " is asked for, and there is none");
    }
    for (InetAddress address : addresses) {
      Optional<Pool> around = pools.around(address).filter(found -> found.gives(address));
      if (around.isEmpty()) {
        refuse(Reasons.FAILED, Addresses.text(address) + " is asked for, and no pool gives it");
      } else if (pool.isPresent() && around.get() != pool.get()) {
        refuse(
            Reasons.FAILED,
            Addresses.text(address)
                + " is asked for, which is of pool "
                + around.get()
                + " and not of "
                + pool.get());
      } else {
        pool = around;
      }
    }
    if (pool.isPresent() && !pool.get().admits(service)) {
      refuse(
          Reasons.FAILED,
          "pool "
              + pool.get()
              + " is asked for, and does not serve this Service (its namespace or its labels)");
    }
    return pool;
  }

  /**
   * Ours, or where that is not set MetalLB's by its new prefix, or by its old one, where they
   * count; empty where none says anything.
   */
  private String annotation(String ours, String theirs) {
    String value = ours(ours);
    Optional<String> other =
        METALLB.stream()
            .filter(_ -> metallb)
            .map(prefix -> prefix + theirs)
            .filter(key -> !text(key).isEmpty())
            .findFirst();
    if (value.isEmpty()) {
      return other.map(this::text).orElse("");
    }
    other
        .filter(key -> !text(key).equals(value))
        .ifPresent(key ->
            notes.add(
                new Remark(
                    Level.NORMAL,
                    Reasons.OVERRIDDEN,
                    "%s%s = %s counts, and not %s = %s"
                        .formatted(
                            PREFIX,
                            ours,
                            Printable.quoted(value),
                            key,
                            Printable.quoted(text(key))))));
    return value;
  }

  private String ours(String name) {
    return text(PREFIX + name);
  }

  private String text(String annotation) {
    var annotations = service.request().annotations();
    return annotations.isEmpty() ? "" : annotations.getOrDefault(annotation, "").strip();
  }

  private void refuse(String reason, String message) {
    refusal = refusal.or(() -> Optional.of(new Remark(Level.WARNING, reason, message)));
  }
}
