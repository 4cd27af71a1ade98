package io.headgate.config;

import io.headgate.config.VrrpGroupConfig.Checksum;
import io.headgate.config.VrrpGroupConfig.Password;
import io.headgate.config.VrrpGroupConfig.VirtualAddress;
import io.headgate.model.Addresses;
import io.headgate.model.Cidr;
import io.headgate.model.IpFamily;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The groups of {@code takeover.vrrp}. */
final class VrrpBlock {
  private static final String ADDRESS =
      "an IP address such as 203.0.113.10, or with its prefix /24";
  private static final String INTERFACE = "the name of an interface, such as eth0";
  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST_V3 = Duration.ofMillis(40_950); // 12 bits of 10 ms
  private static final Duration LONGEST_V2 = Duration.ofSeconds(255);
  private static final int LONGEST_PASSWORD_BYTES = 8;
  private static final Duration LONGEST_PREEMPT_DELAY = Duration.ofSeconds(1000);

  private final Map<String, String> routerIds = new HashMap<>();
  private final Map<InetAddress, String> taken = new HashMap<>();
  private final Map<String, String> poolOwners = new HashMap<>();
  private final Map<String, PoolConfig> knownPools;

  private VrrpBlock(Map<String, PoolConfig> knownPools) {
    this.knownPools = knownPools;
  }

  static List<VrrpGroupConfig> read(Section groups, LoadBalancerConfig loadBalancer) {
    Map<String, PoolConfig> pools =
        loadBalancer.pools().stream()
            .collect(Collectors.toMap(PoolConfig::name, Function.identity(), (one, _) -> one));
    var block = new VrrpBlock(pools);
    List<Section> sections = groups.namedBlocks();
    List<VrrpGroupConfig> all = sections.stream().map(block::group).toList();
    for (int i = 0; i < all.size(); i++) {
      block.rejectAddressesOfOthersPools(sections.get(i), all.get(i));
    }
    return all;
  }

  /** A name that the kernel takes ({@code dev_valid_name}). */
  static String interfaceName(Section block, String fallback) {
    return block.parsed(
        "interface",
        fallback,
        INTERFACE,
        text -> Optional.of(text).filter(name -> name.matches("[^\\s/:]{1,15}")));
  }

  private VrrpGroupConfig group(Section group) {
    String name = group.name();
    if (!name.matches(Formats.NAME)) {
      group.problem("not a group's name", Formats.NAME_ALLOWED);
    }
    group.require("interface", INTERFACE);
    group.require("router-id", "1 to 255");
    group.require("addresses", "[…], each " + ADDRESS);
    String interfaceName = interfaceName(group, "");
    int version = group.integer("version", 3, 2, 3);
    var config =
        new VrrpGroupConfig(
            name,
            interfaceName,
            routerId(group, interfaceName),
            group.integer("priority", 100, 2, 255),
            addresses(group),
            pools(group),
            version,
            interval(group, version),
            group.flag("preempt", false),
            preemptDelay(group),
            group.list("peers", List.of(), "a literal IP address", VrrpBlock::peer),
            group.flag("virtual-mac", false),
            group.choice("checksum", Checksum.AUTO),
            program(group),
            password(group));
    rejectWhatDoesNotFit(group, config);
    return config;
  }

  private int routerId(Section group, String interfaceName) {
    int id = group.integer("router-id", 0, 1, 255);
    String other = routerIds.putIfAbsent(interfaceName + "/" + id, group.name());
    if (other != null && id != 0) {
      group.problem("router-id", id + " is group " + other + "'s", "each once on an interface");
    }
    return id;
  }

  private List<VirtualAddress> addresses(Section group) {
    List<VirtualAddress> addresses =
        group.list("addresses", List.of(), ADDRESS, VrrpBlock::address);
    group.rejectEmptyList("addresses");
    for (VirtualAddress address : addresses) {
      String other = taken.putIfAbsent(address.address(), group.name());
      if (other != null) {
        group.problem(
            "addresses",
            Addresses.text(address.address()) + " is group " + other + "'s",
            "each address once");
      }
    }
    return addresses;
  }

  private List<String> pools(Section group) {
    String allowed =
        knownPools.isEmpty()
            ? "no pool is configured"
            : "of load-balancer.pools: "
                + knownPools.keySet().stream().sorted().collect(Collectors.joining(", "));
    List<String> pools =
        group.list(
            "pools", List.of(), allowed, text -> Optional.of(text).filter(knownPools::containsKey));
    for (String pool : pools) {
      String other = poolOwners.putIfAbsent(pool, group.name());
      if (other != null) {
        group.problem("pools", pool + " is group " + other + "'s", "each pool once");
      }
    }
    return pools;
  }

  /** Two groups may have two owners, and an address is one owner's. */
  private void rejectAddressesOfOthersPools(Section section, VrrpGroupConfig group) {
    poolOwners.forEach((pool, owner) -> {
      PoolConfig config = knownPools.get(pool);
      if (config == null || owner.equals(group.name())) {
        return;
      }
      for (VirtualAddress address : group.addresses()) {
        if (config.addresses().stream().anyMatch(range -> range.contains(address.address()))) {
          section.problem(
              "addresses",
              "%s is of pool %s, which is group %s's"
                  .formatted(Addresses.text(address.address()), pool, owner),
              "each address once");
        }
      }
    });
  }

  private static Duration interval(Section group, int version) {
    Duration fallback = version == 2 ? Duration.ofSeconds(1) : Duration.ofMillis(200);
    Duration interval = group.duration("advertise-interval", fallback, SHORTEST);
    boolean fits =
        version == 2
            ? interval.toNanos() % Duration.ofSeconds(1).toNanos() == 0
                && interval.compareTo(LONGEST_V2) <= 0
            : interval.toNanos() % SHORTEST.toNanos() == 0 && interval.compareTo(LONGEST_V3) <= 0;
    if (!fits) {
      group.problem(
          "advertise-interval",
          interval.toMillis() + "ms cannot be said in version " + version,
          version == 2 ? "whole seconds up to 255s" : "tens of milliseconds up to 40950ms");
      return fallback;
    }
    return interval;
  }

  private static Duration preemptDelay(Section group) {
    Duration delay = group.duration("preempt-delay", Duration.ZERO, Duration.ZERO);
    if (delay.compareTo(LONGEST_PREEMPT_DELAY) > 0) {
      group.problem("preempt-delay", delay.toSeconds() + "s is out of range", "up to 1000s");
    }
    return delay;
  }

  private static void rejectWhatDoesNotFit(Section group, VrrpGroupConfig config) {
    Set<IpFamily> families = new HashSet<>();
    config.addresses().forEach(address -> families.add(IpFamily.of(address.address())));
    if (config.version() == 2 && families.contains(IpFamily.IPV6)) {
      group.problem("version", "2 has no IPv6", "3, or IPv4 addresses only");
    }
    if (config.version() == 3 && config.password().isPresent()) {
      group.problem("password", "version 3 has none", "only with version = 2");
    }
    if (config.virtualMac() && !config.peers().isEmpty()) {
      group.problem("virtual-mac", "true beside peers", "multicast: no peers");
    }
    for (InetAddress peer : config.peers()) {
      if (!families.contains(IpFamily.of(peer))) {
        group.problem(
            "peers",
            Addresses.text(peer) + " is of a family that has no address here",
            "peers of the families of addresses");
      }
    }
    for (IpFamily family : families) {
      if (!config.peers().isEmpty()
          && config.peers().stream().noneMatch(peer -> IpFamily.of(peer) == family)) {
        group.problem("peers", "none is of " + family, "at least one for each family of addresses");
      }
    }
  }

  private static Optional<VirtualAddress> address(String text) {
    return Cidr.parse(text)
        .map(written -> new VirtualAddress(written.network(), written.prefixBits()))
        .filter(one ->
            !one.address().isAnyLocalAddress()
                && !one.address().isLoopbackAddress()
                && !one.address().isMulticastAddress());
  }

  private static Optional<InetAddress> peer(String text) {
    return Addresses.parse(text)
        .filter(peer -> !peer.isAnyLocalAddress() && !peer.isMulticastAddress());
  }

  private static Optional<Path> program(Section group) {
    return group.text("notify", "").isEmpty()
        ? Optional.empty()
        : group.parsed("notify", "the path of a program, or \"\"", Formats::path);
  }

  /** Never by what shows a value that is wrong. */
  private static Optional<Password> password(Section group) {
    String word = group.text("password", "");
    if (word.getBytes(StandardCharsets.UTF_8).length > LONGEST_PASSWORD_BYTES) {
      group.problem("password", "is too long", "up to 8 bytes");
      return Optional.empty();
    }
    return word.isEmpty() ? Optional.empty() : Optional.of(new Password(word));
  }
}
