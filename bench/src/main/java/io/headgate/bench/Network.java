package io.headgate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What lies between clients, proxy and backends. */
sealed interface Network permits Loopback, Veth {
  /** The networks by the names that options use. */
  enum Kind {
    LOOPBACK,
    VETH;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Stream<Kind> all() {
      return Stream.of(values());
    }
  }

  Kind kind();

  /** Makes it; only then can commands run on it. */
  void create() throws CannotCompare, IOException, InterruptedException;

  /** The command that runs {@code command} where {@code party} is, as the same process. */
  List<String> command(Party party, List<String> command);

  /** An address of the proxies' host with a port that nobody listens on. */
  InetSocketAddress proxyAddress() throws IOException;

  /**
   * An address of the backends' host with a port that nobody listens on.
   *
   * @param number from 1 to 4, each an address of its own
   */
  InetSocketAddress backendAddress(int number) throws IOException;

  /** For the report: {@code loopback with MTU 65536, congestion control cubic}. */
  String description() throws CannotCompare, IOException, InterruptedException;

  /** Leaves nothing behind, created or not. */
  void remove();

  static Network of(Kind kind) {
    return switch (kind) {
      case LOOPBACK -> new Loopback();
      case VETH -> Veth.ofThisProcess();
    };
  }
}
