package io.headgate.vrrp;

import java.net.InetAddress;

/**
 * What the IP header said about an advertisement.
 *
 * @param ttl time to live or hop limit, 0..255
 * @param family that it travelled by
 */
public record Envelope(InetAddress source, InetAddress destination, int ttl, Family family) {
  public Envelope {
    if (Family.of(source) != family || Family.of(destination) != family) {
      throw new IllegalArgumentException(source + " to " + destination + " is not " + family);
    }
  }
}
