package io.headgate.config;

import io.headgate.model.Addresses;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Forms of text that several blocks share. */
final class Formats {
  static final String DNS_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

  /** What we let operators name: it becomes a label of metrics, and a part of paths. */
  static final String NAME = "[A-Za-z0-9][-A-Za-z0-9_.]{0,62}";

  static final String NAME_ALLOWED = "up to 63 letters, digits, '-', '_' and '.', not first a sign";

  private Formats() {}

  /** A name of a Kubernetes namespace (RFC 1123 label). */
  static Optional<String> dnsLabel(String text) {
    return Optional.of(text).filter(label -> label.matches(DNS_LABEL));
  }

  /** A literal address with its port; the empty text for none. */
  static Optional<Optional<InetSocketAddress>> socketOrNone(String text) {
    Optional<InetSocketAddress> socket = Addresses.parseWithPort(text);
    return text.isEmpty() || socket.isPresent() ? Optional.of(socket) : Optional.empty();
  }

  /** A path on this host; relative ones count from the working directory. */
  static Optional<Path> path(String text) {
    try {
      return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }
}
