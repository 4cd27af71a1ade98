package io.headgate.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What tells that a file was written or replaced. */
record FileStamps(Map<Path, String> stamps) {
  FileStamps {
    stamps = Map.copyOf(stamps);
  }

  /** As they are now; follows links, which is how mounted Secrets are swapped. */
  static FileStamps of(Collection<Path> files) {
    Map<Path, String> stamps = new HashMap<>();
    files.forEach(file -> stamps.put(file, stamp(file)));
    return new FileStamps(stamps);
  }

  private static String stamp(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
    } catch (IOException e) {
      return "absent";
    }
  }
}
