package io.headgate.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The objects, the counter that numbers their changes, and the last changes for a watch that
 * resumes. Any thread may call it: every method holds the one lock, so that listeners are told in
 * the order of the numbers.
 */
final class ObjectStore {
  private static final int HISTORY = 1_000;

  private final Map<ApiResource, NavigableMap<String, ObjectNode>> objects =
      new EnumMap<>(ApiResource.class);
  private final Deque<Change> history = new ArrayDeque<>();
  private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
  private long version = 1;
  private long compactedTo = 1;

  ObjectStore() {
    for (ApiResource resource : ApiResource.values()) {
      objects.put(resource, new TreeMap<>());
    }
  }

  /**
   * One change of one object.
   *
   * @param type ADDED, MODIFIED or DELETED
   */
  record Change(ApiResource resource, long version, String type, ObjectNode object) {
    String namespace() {
      return object.path("metadata").path("namespace").asText("");
    }
  }

  /** What a list answers. */
  record Page(List<ObjectNode> items, long version, int remaining, String lastKey) {}

  synchronized ObjectNode put(ApiResource resource, ObjectNode given) {
    ObjectNode object = given.deepCopy();
    ObjectNode metadata = object.withObject("/metadata");
    String key = key(metadata.path("namespace").asText(""), metadata.path("name").asText());
    Optional<ObjectNode> before = Optional.ofNullable(objects(resource).get(key));
    metadata.put("resourceVersion", Long.toString(++version));
    metadata.put("uid", before.map(ObjectStore::uid).orElseGet(() -> UUID.randomUUID().toString()));
    object.put("kind", resource.kind()).put("apiVersion", resource.apiVersion());
    objects(resource).put(key, object);
    tell(new Change(resource, version, before.isPresent() ? "MODIFIED" : "ADDED", object));
    return object.deepCopy();
  }

  /** As {@link #put}, but empty, and nothing is done, where there is one of that name. */
  synchronized Optional<ObjectNode> create(ApiResource resource, ObjectNode given) {
    JsonNode metadata = given.path("metadata");
    return get(resource, metadata.path("namespace").asText(""), metadata.path("name").asText())
            .isPresent()
        ? Optional.empty()
        : Optional.of(put(resource, given));
  }

  /**
   * Changes an object that is there. What comes of it is stored and told unless it is the same, or
   * a Status.
   *
   * @param change of the object, which it must leave alone; a Status refuses
   * @return as stored, or that Status; empty where there is no such object
   */
  synchronized Optional<ObjectNode> change(
      ApiResource resource, String namespace, String name, UnaryOperator<ObjectNode> change) {
    return get(resource, namespace, name)
        .map(before -> {
          ObjectNode after = change.apply(before);
          return Json.failed(after) || after.equals(before) ? after : put(resource, after);
        });
  }

  synchronized boolean delete(ApiResource resource, String namespace, String name) {
    ObjectNode before = objects(resource).remove(key(namespace, name));
    if (before == null) {
      return false;
    }
    tell(new Change(resource, ++version, "DELETED", numbered(before, version)));
    return true;
  }

  synchronized Optional<ObjectNode> get(ApiResource resource, String namespace, String name) {
    return Optional.ofNullable(objects(resource).get(key(namespace, name)));
  }

  /** Objects in the order of their keys, those after {@code afterKey} only. */
  synchronized Page list(ApiResource resource, String namespace, String afterKey, long limit) {
    List<Map.Entry<String, ObjectNode>> all =
        objects(resource).tailMap(afterKey, false).entrySet().stream()
            .filter(e -> namespace.isEmpty() || e.getKey().startsWith(namespace + "/"))
            .toList();
    List<Map.Entry<String, ObjectNode>> page = limit > 0 ? all.stream().limit(limit).toList() : all;
    return new Page(
        page.stream().map(Map.Entry::getValue).toList(),
        version,
        all.size() - page.size(),
        page.isEmpty() ? "" : page.getLast().getKey());
  }

  /** Whether changes after this version are forgotten: no watch or list may go on from it. */
  synchronized boolean expired(long sinceVersion) {
    return sinceVersion < compactedTo;
  }

  synchronized long version() {
    return version;
  }

  /**
   * Tells {@code listener} of the changes after {@code sinceVersion} and of all that follow; {@code
   * sinceVersion} 0 first gives every object as ADDED. False, and nothing is told, where that
   * version is forgotten.
   */
  synchronized boolean follow(long sinceVersion, Consumer<Change> listener) {
    if (sinceVersion == 0) {
      for (ApiResource resource : ApiResource.values()) {
        objects(resource)
            .values()
            .forEach(object -> listener.accept(new Change(resource, version, "ADDED", object)));
      }
    } else if (expired(sinceVersion)) {
      return false;
    } else {
      history.stream().filter(change -> change.version > sinceVersion).forEach(listener);
    }
    listeners.add(listener);
    return true;
  }

  void unfollow(Consumer<Change> listener) {
    listeners.remove(listener);
  }

  /** Forgets all changes, as etcd does every five minutes. */
  synchronized void compact() {
    history.clear();
    compactedTo = version;
  }

  /** Counts on from {@code version} with all objects renumbered, as after a restored backup. */
  synchronized void rewindTo(long newVersion) {
    version = newVersion;
    objects.values().forEach(all -> all.replaceAll((key, object) -> numbered(object, newVersion)));
    compact();
  }

  private static ObjectNode numbered(ObjectNode object, long version) {
    ObjectNode copy = object.deepCopy();
    copy.withObject("/metadata").put("resourceVersion", Long.toString(version));
    return copy;
  }

  private void tell(Change change) {
    history.addLast(change);
    if (history.size() > HISTORY) {
      compactedTo = history.removeFirst().version;
    }
    listeners.forEach(listener -> listener.accept(change));
  }

  private NavigableMap<String, ObjectNode> objects(ApiResource resource) {
    NavigableMap<String, ObjectNode> all = objects.get(resource);
    if (all == null) {
      throw new IllegalStateException("no such resource: " + resource);
    }
    return all;
  }

  private static String uid(ObjectNode object) {
    return object.path("metadata").path("uid").asText();
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
