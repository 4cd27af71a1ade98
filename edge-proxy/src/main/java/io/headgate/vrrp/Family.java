package io.headgate.vrrp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The two address families that an advertisement may travel by. Their order is that of ties. */
public enum Family {
  IPV4(4, new byte[] {(byte) 224, 0, 0, 18}),
  IPV6(16, new byte[] {(byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12});

  private final int addressBytes;
  private final InetAddress group;

  Family(int addressBytes, byte[] group) {
    this.addressBytes = addressBytes;
    try {
      this.group = InetAddress.getByAddress(group);
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // only a wrong length is refused
    }
  }

  public static Family of(InetAddress address) {
    return address instanceof Inet4Address ? IPV4 : IPV6;
  }

  /** The multicast group of all VRRP routers, RFC 9568 5.1.1.2 and 5.1.2.2. */
  public InetAddress group() {
    return group;
  }

  /** The version that a group of {@code version} speaks here: version 2 knows no IPv6. */
  public int version(int version) {
    return this == IPV6 ? 3 : version;
  }

  int addressBytes() {
    return addressBytes;
  }
}
