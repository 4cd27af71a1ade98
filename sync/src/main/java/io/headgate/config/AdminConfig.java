package io.headgate.config;

import io.headgate.model.Addresses;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the edge can be asked.
 *
 * @param http a loopback address for reading only; empty for none
 */
public record AdminConfig(Path socket, Optional<InetSocketAddress> http) {
  // sun_path of unix(7) has 108 bytes, the last of them zero.
  private static final int LONGEST_SOCKET_PATH_BYTES = 107;

  static AdminConfig from(Section admin) {
    return new AdminConfig(
        admin.parsed(
            "socket",
            Path.of("/run/headgate/admin.sock"),
            "a path of at most " + LONGEST_SOCKET_PATH_BYTES + " bytes",
            AdminConfig::socketPath),
        admin.parsed(
            "http",
            Addresses.parseWithPort("127.0.0.1:9900"),
            "a loopback address and port such as 127.0.0.1:9900 or [::1]:9900, \"\" for no page",
            AdminConfig::loopback));
  }

  private static Optional<Path> socketPath(String text) {
    return Formats.path(text)
        .filter(_ -> text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET_PATH_BYTES);
  }

  private static Optional<Optional<InetSocketAddress>> loopback(String text) {
    return Formats.socketOrNone(text)
        .filter(http -> http.isEmpty() || http.get().getAddress().isLoopbackAddress());
  }
}
