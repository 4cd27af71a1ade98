package io.headgate.kubernetes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last good snapshot on disk. Not to be written by two threads at once. */
record SnapshotFile(Path path) {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotFile.class);

  /** Empty where there is none, or none that can be believed. */
  Optional<TakenSnapshot> read() {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("cannot read the cluster snapshot {}: {}", path, e.toString());
      return Optional.empty();
    }
    Optional<TakenSnapshot> taken = SnapshotCodec.decode(bytes);
    if (taken.isEmpty()) {
      LOG.warn("the cluster snapshot {} is damaged or of another version; ignored", path);
    }
    return taken;
  }

  /** Replaces the file in one step, readable by its owner only. */
  void write(TakenSnapshot taken) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    Path next = path.resolveSibling(path.getFileName() + ".next");
    Files.deleteIfExists(next);
    try (FileChannel file =
        FileChannel.open(
            next,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(SnapshotCodec.encode(taken));
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    }
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
      entry.force(true);
    }
  }
}
