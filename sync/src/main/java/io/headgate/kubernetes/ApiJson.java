package io.headgate.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The API's answers as JSON: lists, events of a watch, Status. Pure. */
final class ApiJson {
  static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private ApiJson() {}

  /**
   * One page of a list.
   *
   * @param next the token of the next page; empty at the last
   * @param versions resourceVersion of each item, by the same keys
   */
  record Page(String version, String next, Map<String, Item> items, Map<String, String> versions) {}

  /** An event of a watch. */
  sealed interface Event {
    /** ADDED and MODIFIED: what there is now. */
    record Changed(String key, String version, Item item) implements Event {}

    record Deleted(String key, String version) implements Event {}

    /** Nothing before this version is still to come. */
    record Bookmark(String version) implements Event {}

    /** The server ends the watch with an error. */
    record Failed(Failure failure) implements Event {}

    /** No event of a watch, or one that we do not know. */
    record Garbage() implements Event {}
  }

  /** Empty where this is no list of the API. */
  static Optional<Page> page(InputStream json, Resource resource) throws IOException {
    JsonNode list;
    try {
      list = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    String version = version(list);
    if (!list.path("kind").asText("").endsWith("List") || version.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Item> items = new HashMap<>();
    Map<String, String> versions = new HashMap<>();
    for (JsonNode object : list.path("items")) {
      if (name(object).isEmpty() || !resource.fits(object)) {
        return Optional.empty();
      }
      items.put(key(object), resource.read(object));
      versions.put(key(object), version(object));
    }
    String next = list.path("metadata").path("continue").asText("");
    return Optional.of(new Page(version, next, items, versions));
  }

  static Event event(String json, Resource resource) {
    JsonNode event;
    try {
      event = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      return new Event.Garbage();
    }
    JsonNode object = event.path("object");
    return switch (event.path("type").asText("")) {
      case "ADDED", "MODIFIED" ->
          whole(object, resource)
              ? new Event.Changed(key(object), version(object), resource.read(object))
              : new Event.Garbage();
      case "DELETED" ->
          whole(object, resource)
              ? new Event.Deleted(key(object), version(object))
              : new Event.Garbage();
      case "BOOKMARK" ->
          version(object).isEmpty() ? new Event.Garbage() : new Event.Bookmark(version(object));
      case "ERROR" -> new Event.Failed(failure(object));
      default -> new Event.Garbage();
    };
  }

  private static boolean whole(JsonNode object, Resource resource) {
    return resource.fits(object) && !name(object).isEmpty() && !version(object).isEmpty();
  }

  /** What a Status says; any other JSON is an error without a code. */
  static Failure failure(JsonNode status) {
    int code = status.path("code").asInt(0);
    String text = status.path("reason").asText("error") + ": " + status.path("message").asText("");
    Duration retryAfter =
        Duration.ofSeconds(Math.max(0, status.path("details").path("retryAfterSeconds").asInt(0)));
    return new Failure(code, (code == 0 ? "" : code + " ") + text, retryAfter);
  }

  private static String key(JsonNode object) {
    String namespace = object.path("metadata").path("namespace").asText("");
    return namespace.isEmpty() ? name(object) : namespace + "/" + name(object);
  }

  private static String name(JsonNode object) {
    return object.path("metadata").path("name").asText("");
  }

  private static String version(JsonNode object) {
    return object.path("metadata").path("resourceVersion").asText("");
  }
}
