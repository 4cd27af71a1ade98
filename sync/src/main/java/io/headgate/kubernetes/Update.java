package io.headgate.kubernetes;

import java.util.Map;
import java.util.Set;

/** What a reflector has learnt, for the thread that owns the {@link ClusterObjects}. */
sealed interface Update {
  /** The list that is reflected: a resource, in one namespace or (empty) in all. */
  record Source(Resource resource, String namespace) {}

  /**
   * All objects of a source were listed.
   *
   * @param kept keys of objects that the list left out and that stay for now
   */
  record Replaced(Source source, Map<String, Item> items, Set<String> kept) implements Update {
    public Replaced {
      items = Map.copyOf(items);
      kept = Set.copyOf(kept);
    }
  }

  /**
   * A source that may be missing cannot be listed for now.
   *
   * @param why for the operator
   */
  record Unread(Source source, String why) implements Update {}

  /** An object is new or has changed. */
  record Put(Source source, String key, Item item) implements Update {}

  /** An object is gone. */
  record Removed(Source source, String key) implements Update {}
}
