package io.headgate.addressing;

import io.headgate.config.PoolConfig;
import io.headgate.model.AddressRange;
import io.headgate.model.ClusterService;
import io.headgate.model.IpFamily;
import io.headgate.model.LabelSelector;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A pool, and whom it gives what. The same one is the same object. */
final class Pool {
  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

  private final PoolConfig config;
  private final Set<String> namespaces;
  private final String paused;

  /**
   * @param namespaceLabels of each namespace
   * @param paused why it gives nothing new; empty where it does
   */
  Pool(PoolConfig config, Map<String, Map<String, String>> namespaceLabels, String paused) {
    this.config = config;
    this.paused = paused;
    namespaces = new HashSet<>(config.namespaces());
    for (LabelSelector selector : config.namespaceSelectors()) {
      namespaceLabels.forEach((name, labels) -> {
        if (selector.matches(labels)) {
          namespaces.add(name);
        }
      });
    }
  }

  String name() {
    return config.name();
  }

  /** Why it gives nothing new: who has an address of it keeps it. Empty where it does. */
  String paused() {
    return paused;
  }

  boolean autoAssign() {
    return config.autoAssign();
  }

  /** Meant for some Services only: these ask it before the pools for all. */
  boolean isPinned() {
    return isForNamespaces() || !config.serviceSelectors().isEmpty();
  }

  /** Also where none of them is there. */
  private boolean isForNamespaces() {
    return !config.namespaces().isEmpty() || !config.namespaceSelectors().isEmpty();
  }

  /** The lowest is asked first. */
  int order() {
    return config.priority() == 0 ? Integer.MAX_VALUE : config.priority();
  }

  /** Whether the Service may have an address of this pool, asked for or not. */
  boolean admits(ClusterService service) {
    var selectors = config.serviceSelectors();
    return (!isForNamespaces() || namespaces.contains(service.key().namespace()))
        && (selectors.isEmpty()
            || selectors.stream()
                .anyMatch(selector -> selector.matches(service.request().labels())));
  }

  /** Whether an address that lies in the pool is one that it gives out. */
  boolean gives(InetAddress address) {
    return !config.avoidBuggyIps() || !isBuggy(address);
  }

  List<AddressRange> ranges() {
    return config.addresses();
  }

  List<AddressRange> ranges(IpFamily family) {
    return ranges().stream().filter(range -> range.family() == family).toList();
  }

  /** How many addresses it can give out, at most {@link Long#MAX_VALUE}. */
  long size(IpFamily family) {
    return ranges(family).stream()
        .map(range ->
            config.avoidBuggyIps() && family == IpFamily.IPV4
                ? range.size().subtract(buggyOnes(range))
                : range.size())
        .reduce(BigInteger.ZERO, BigInteger::add)
        .min(MOST)
        .longValueExact();
  }

  /** Network and broadcast address of a /24, which some routers drop (as MetalLB: IPv4 only). */
  private static boolean isBuggy(InetAddress address) {
    byte[] bytes = address.getAddress();
    int last = bytes[bytes.length - 1] & 0xff;
    return IpFamily.of(address) == IpFamily.IPV4 && (last == 0 || last == 255);
  }

  private static BigInteger buggyOnes(AddressRange range) {
    long first = new BigInteger(1, range.first().getAddress()).longValueExact();
    long end = new BigInteger(1, range.last().getAddress()).longValueExact() + 1;
    long zeros = (end + 255) / 256 - (first + 255) / 256;
    return BigInteger.valueOf(zeros + end / 256 - first / 256);
  }

  @Override
  public String toString() {
    return name();
  }
}
