package io.headgate.model;

import java.net.Inet4Address;
import java.net.InetAddress;

/** {@code spec.ipFamilies} of a Service. */
public enum IpFamily {
  IPV4,
  IPV6;

  /** IPv4-mapped addresses are IPv4, as the JDK reads them. */
  public static IpFamily of(InetAddress address) {
    return address instanceof Inet4Address ? IPV4 : IPV6;
  }

  /** As Kubernetes writes it. */
  @Override
  public String toString() {
    return this == IPV4 ? "IPv4" : "IPv6";
  }
}
