package io.headgate.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;

/** What tells that a file was written or replaced. */
record FileStamps(Map<Path, String> stamps) {
  FileStamps {
    stamps = Map.copyOf(stamps);
  }

  /** Whether any of the files is no longer as it was. */
  boolean outdated() {
    return stamps.entrySet().stream().anyMatch(one -> !stamp(one.getKey()).equals(one.getValue()));
  }

  /** The file as it is now; follows links, which is how mounted Secrets are swapped. */
  static String stamp(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
    } catch (IOException e) {
      return "absent";
    }
  }
}
