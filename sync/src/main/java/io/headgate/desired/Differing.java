package io.headgate.desired;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What two maps do not have in common. */
final class Differing {
  private Differing() {}

  /** The keys that only one of them has, and those to which they give different values. */
  static <K> Set<K> keys(Map<K, ?> one, Map<K, ?> other) {
    Set<K> keys = new HashSet<>();
    if (!one.equals(other)) {
      lacking(one, other, keys);
      lacking(other, one, keys);
    }
    return keys;
  }

  private static <K> void lacking(Map<K, ?> one, Map<K, ?> other, Set<K> keys) {
    one.forEach((key, value) -> {
      if (!value.equals(other.get(key))) {
        keys.add(key);
      }
    });
  }
}
