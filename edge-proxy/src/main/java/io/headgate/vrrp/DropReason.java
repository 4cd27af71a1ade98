package io.headgate.vrrp;

import java.util.Locale;

/** Why a packet is not an advertisement for us. In the order in which it is asked. */
public enum DropReason {
  OWN_PACKET("RFC 9568 5.1: multicast may come back to its sender"),
  TRUNCATED("RFC 9568 7.1: the packet must be complete"),
  UNKNOWN_ROUTER_ID("RFC 9568 7.1: the virtual router is not one of ours"),
  UNKNOWN_PEER("unicast: the source is not in the list of peers"),
  WRONG_DESTINATION("multicast where unicast is spoken, or the reverse"),
  WRONG_TTL("RFC 9568 7.1: time to live or hop limit must be 255"),
  WRONG_VERSION("RFC 9568 7.1: the version must be ours"),
  WRONG_TYPE("RFC 9568 5.2.2: only type 1 is known"),
  NO_ADDRESSES("RFC 9568 erratum 8299: no address at all"),
  BAD_CHECKSUM("RFC 9568 7.1: the checksum must be right"),
  ZERO_INTERVAL("RFC 9568 erratum 8301: an interval of zero would never be heard in time"),
  AUTHENTICATION_TYPE("RFC 2338 7.1: the authentication type must be ours"),
  AUTHENTICATION_DATA("RFC 2338 7.1: the authentication data must be ours"),
  INTERVAL_MISMATCH("RFC 3768 7.1: version 2 must have our interval");

  private final String source;

  DropReason(String source) {
    this.source = source;
  }

  /** Whether it is so on any network, and nothing for an operator to look at. */
  public boolean ordinary() {
    return this == OWN_PACKET || this == UNKNOWN_ROUTER_ID;
  }

  /** The rule that asks for it, for an operator. */
  public String source() {
    return source;
  }

  /** The value of a metric's label. */
  public String metricLabel() {
    return name().toLowerCase(Locale.ROOT);
  }
}
