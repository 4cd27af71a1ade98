package io.headgate.vrrp;

/** What is odd about an advertisement that counts nevertheless. */
public enum Remark {
  /** Other addresses than ours: somebody's configuration is wrong. Order does not matter. */
  ADDRESSES_DIFFER,
  /** Version 3: the sender's interval is not the one we would use; a backup adopts it. */
  INTERVAL_DIFFERS,
  /** The sender says that it owns the addresses, and so do we; RFC 9568 erratum 8298. */
  SECOND_OWNER,
  /** IPv6: RFC 9568 5.2.9 and erratum 8300 ask for it; keepalived does not. */
  FIRST_ADDRESS_NOT_LINK_LOCAL
}
