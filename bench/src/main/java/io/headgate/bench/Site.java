package io.headgate.bench;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * What a proxy under test is given: where to listen and where to forward to.
 *
 * @param directory its own, for its configuration and state
 * @param web where it accepts what goes to {@code webBackends}
 * @param sink where it accepts what goes to {@code sinkBackend}
 * @param workers threads that it may use
 */
record Site(
    Path directory,
    InetSocketAddress web,
    InetSocketAddress sink,
    List<InetSocketAddress> webBackends,
    InetSocketAddress sinkBackend,
    int workers) {
  Site {
    webBackends = List.copyOf(webBackends);
  }

  /** {@code 127.0.0.1:80}. */
  static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
