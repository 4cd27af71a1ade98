package io.headgate.kubernetes;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The resourceVersion of every object of one source, to tell an old or repeated event from news.
 *
 * <p>Versions are compared as numbers, as they are in every API server on etcd (KEP-5504 makes it a
 * rule); an event whose version is no number is always news. Not thread-safe: one reflector owns
 * it.
 */
final class SeenVersions {
  private static final long NO_NUMBER = -1;
  private static final int DELETED_REMEMBERED = 1_000;

  private final Map<String, Long> present = new HashMap<>();
  private final Map<String, Long> deleted =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > DELETED_REMEMBERED;
        }
      };

  /** Starts anew from a list, which may also have gone back in time. */
  void listed(Map<String, String> versions, Set<String> kept) {
    present.keySet().retainAll(kept);
    deleted.clear();
    versions.forEach((key, version) -> present.put(key, number(version)));
  }

  /** Before the first list: what an earlier run knew. */
  void assume(Set<String> keys) {
    keys.forEach(key -> present.put(key, NO_NUMBER));
  }

  Set<String> keys() {
    return Collections.unmodifiableSet(present.keySet());
  }

  Set<String> missingFrom(Set<String> listed) {
    Set<String> missing = new HashSet<>(present.keySet());
    missing.removeAll(listed);
    return missing;
  }

  /** Whether this version of the object is newer than all we know of it. Remembers it if so. */
  boolean put(String key, String version) {
    if (!news(key, version)) {
      return false;
    }
    deleted.remove(key);
    present.put(key, number(version));
    return true;
  }

  /** As {@link #put} for the object's end. */
  boolean remove(String key, String version) {
    if (!news(key, version)) {
      return false;
    }
    deleted.put(key, number(version));
    return present.remove(key) != null;
  }

  private boolean news(String key, String version) {
    long number = number(version);
    long known =
        Math.max(present.getOrDefault(key, NO_NUMBER), deleted.getOrDefault(key, NO_NUMBER));
    return number == NO_NUMBER || number > known;
  }

  /** The later of two resourceVersions, {@code second} where they cannot be compared. */
  static String later(String first, String second) {
    return number(first) > number(second) && number(second) != NO_NUMBER ? first : second;
  }

  private static long number(String version) {
    return version.matches("\\d{1,18}") ? Long.parseLong(version) : NO_NUMBER;
  }
}
