package io.headgate.app;

import io.headgate.model.Addresses;
import io.headgate.model.IpFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which addresses are on this host because of the edge, as a batch for ip(8) that takes them off:
 * for whoever outlives the edge, such as {@code ExecStopPost=} of systemd.
 *
 * <p>The batch touches only addresses with a lifetime that are never chosen as a source, as ours
 * are: not one that an administrator has made static meanwhile.
 */
record HeldFile(Path path) {
  static HeldFile beside(Path adminSocket) {
    return new HeldFile(adminSocket.resolveSibling("held"));
  }

  /**
   * Replaces the list.
   *
   * @return why it could not be; empty where it could
   */
  Optional<String> write(Collection<InetAddress> held) {
    Path next = path.resolveSibling("held.next");
    try {
      Files.writeString(next, batch(held));
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "%s cannot be written, so addresses outlive a crash for three seconds: %s"
              .formatted(path, e));
    }
  }

  private static String batch(Collection<InetAddress> held) {
    return held.stream().sorted(Addresses.ORDER).map(HeldFile::line).collect(Collectors.joining());
  }

  private static String line(InetAddress address) {
    int bits = IpFamily.of(address) == IpFamily.IPV4 ? 32 : 128;
    return "address flush deprecated dynamic to %s/%d\n".formatted(Addresses.text(address), bits);
  }
}
