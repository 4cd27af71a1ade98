package io.headgate.vrrp;

/**
 * What the checksum of a version 3 advertisement over IPv4 covers. The RFCs and the programs in the
 * field disagree; over IPv6 it is always with, in version 2 always without the pseudo-header.
 */
public enum ChecksumStyle {
  /**
   * Source, destination, protocol and length as well: keepalived, FRR and what RFC 5798 hints at.
   */
  PSEUDO_HEADER,
  /** The VRRP message alone: RFC 9568 5.2.8. */
  PLAIN;

  /** What this style comes to for a version and a family. */
  ChecksumStyle effective(int version, Family family) {
    if (family == Family.IPV6) {
      return PSEUDO_HEADER;
    }
    return version == 2 ? PLAIN : this;
  }
}
