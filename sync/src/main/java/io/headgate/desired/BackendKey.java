package io.headgate.desired;

import java.net.InetSocketAddress;

/** A backend across tables: the same node address and port on the same route. */
public record BackendKey(String route, InetSocketAddress address) {
  private static final int GOLDEN_RATIO = 0x9E3779B9;

  /** Spread out, because the addresses of nodes, and so their hashes, differ in a few bits only. */
  @Override
  public int hashCode() {
    int mixed = (31 * route.hashCode() + address.hashCode()) * GOLDEN_RATIO;
    return mixed ^ (mixed >>> 15);
  }
}
