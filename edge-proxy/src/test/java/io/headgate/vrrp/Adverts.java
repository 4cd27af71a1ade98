package io.headgate.vrrp;

import io.headgate.vrrp.ElectionEvent.Heard;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What tests say adverts with. */
final class Adverts {
  private static final InetAddress IPV4_ADDRESS = ip("192.0.2.100");
  private static final InetAddress IPV6_ADDRESS = ip("fe80::100");

  private Adverts() {}

  static InetAddress ip(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }

  static Advertisement advert(Family family, int priority, Duration interval) {
    InetAddress address = family == Family.IPV4 ? IPV4_ADDRESS : IPV6_ADDRESS;
    return version3(51, priority, interval, List.of(address));
  }

  static Advertisement version3(
      int routerId, int priority, Duration interval, List<InetAddress> addresses) {
    return new Advertisement(3, routerId, priority, interval, addresses, new Authentication.None());
  }

  static Heard heard(InetAddress source, int priority, Duration interval) {
    Family family = Family.of(source);
    return new Heard(
        family,
        source,
        new Received.Valid(
            advert(family, priority, interval), ChecksumStyle.PSEUDO_HEADER, Set.of()));
  }
}
