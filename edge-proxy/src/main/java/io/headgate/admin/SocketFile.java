package io.headgate.admin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file of the Unix socket before anyone listens on it: its directory is there, what a dead
 * process left is gone, and what belongs to anyone alive is untouched.
 */
record SocketFile(Path path) {
  /** What fits into {@code sun_path} of unix(7) beside the closing zero. */
  static final int MAXIMUM_BYTES = 107;

  private static final int TYPE_MASK = 0170000; // S_IFMT of inode(7)
  private static final int TYPE_SOCKET = 0140000;

  /** Makes room for a listener, or says why there is none. */
  void clear() throws IOException {
    int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAXIMUM_BYTES) {
      throw new IOException(
          "admin.socket %s: the path is %d bytes long, a Unix socket's may have %d"
              .formatted(path, bytes, MAXIMUM_BYTES));
    }
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!isSocket()) {
      throw new IOException("admin.socket %s: is in the way and not a socket".formatted(path));
    }
    if (isAlive()) {
      throw new IOException(
          "admin.socket %s: another process is listening there (is headgate already running?)"
              .formatted(path));
    }
    Files.deleteIfExists(path);
  }

  /** Lets owner and group in, nobody else. */
  void protect() throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
  }

  private boolean isSocket() throws IOException {
    Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return mode instanceof Integer bits && (bits & TYPE_MASK) == TYPE_SOCKET;
  }

  /**
   * Anything but a refusal counts as life: a full backlog or a missing right are no proof of death.
   */
  private boolean isAlive() {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false); // a stopped process with a full backlog would hold us
      probe.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException _) {
      return false;
    } catch (IOException _) {
      return true;
    }
  }
}
