package io.headgate.app;

import io.headgate.linux.OpenFileLimit;
import io.headgate.model.AddressRange;
import io.headgate.model.Addresses;
import io.headgate.model.IpFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What this host allows.
 *
 * @param descriptors the limit of this process; empty where it cannot be told
 * @param localPorts how many the kernel takes for outgoing connections; empty as above
 * @param interfaces those that are up, with each of their addresses
 */
record Host(OptionalLong descriptors, OptionalLong localPorts, List<OnInterface> interfaces) {
  private static final Path PORT_RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

  Host {
    interfaces = List.copyOf(interfaces);
  }

  /**
   * An address of an interface.
   *
   * @param prefixBits of its network
   */
  record OnInterface(String name, boolean loopback, InetAddress address, int prefixBits) {
    boolean isNetworkOf(InetAddress other) {
      return IpFamily.of(other) == IpFamily.of(address)
          && AddressRange.parse(Addresses.text(address) + "/" + prefixBits)
              .filter(network -> network.contains(other))
              .isPresent();
    }
  }

  static Host here() {
    return new Host(
        OpenFileLimit.current()
            .map(limit -> OptionalLong.of(limit.soft()))
            .orElse(OptionalLong.empty()),
        portRange(),
        interfacesUp());
  }

  /** Whether a socket can be bound to it. Every address of 127.0.0.0/8 is local. */
  boolean has(InetAddress address) {
    return address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || interfaces.stream().anyMatch(one -> one.address().equals(address));
  }

  /** The interface that an address would go on: the one in whose network it lies. */
  Optional<String> interfaceFor(InetAddress address) {
    return interfaces.stream()
        .filter(one -> !one.loopback() && one.isNetworkOf(address))
        .map(OnInterface::name)
        .findFirst();
  }

  /** Whether an interface has a network around the address. */
  boolean hasNetworkOf(InetAddress address, String interfaceName) {
    return interfaces.stream()
        .anyMatch(one ->
            one.name().equals(interfaceName)
                && !one.address().equals(address)
                && one.isNetworkOf(address));
  }

  private static OptionalLong portRange() {
    try {
      String[] bounds = Files.readString(PORT_RANGE).strip().split("\\s+", -1);
      return OptionalLong.of(Long.parseLong(bounds[1]) - Long.parseLong(bounds[0]) + 1);
    } catch (IOException | RuntimeException _) {
      return OptionalLong.empty(); // not Linux, or hidden from us
    }
  }

  private static List<OnInterface> interfacesUp() {
    List<OnInterface> all = new ArrayList<>();
    try {
      for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
        if (one.isUp()) {
          boolean loopback = one.isLoopback();
          one.getInterfaceAddresses()
              .forEach(address ->
                  all.add(
                      new OnInterface(
                          one.getName(),
                          loopback,
                          address.getAddress(),
                          address.getNetworkPrefixLength())));
        }
      }
    } catch (SocketException _) {
      return List.of(); // then no advice names an interface
    }
    return all;
  }
}
