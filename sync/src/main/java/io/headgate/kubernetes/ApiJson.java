package io.headgate.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
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

  /** Reads one value of many. */
  private static final ObjectReader ONE =
      MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

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

  /** Empty where this is no list of the API. Holds the JSON of one object at a time. */
  static Optional<Page> page(InputStream json, Resource resource) throws IOException {
    try (JsonParser parser = MAPPER.createParser(json)) {
      return new PageReading(resource).page(parser);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** One way through a page. Used once, by one thread. */
  private static final class PageReading {
    private final Resource resource;
    private final Map<String, Item> items = new HashMap<>();
    private final Map<String, String> versions = new HashMap<>();
    private JsonNode metadata = MAPPER.missingNode();
    private String kind = "";
    private boolean fits = true;

    PageReading(Resource resource) {
      this.resource = resource;
    }

    Optional<Page> page(JsonParser parser) throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME && fits) {
        field(parser.currentName(), parser);
      }
      String version = metadata.path("resourceVersion").asText("");
      boolean whole = fits && parser.nextToken() == null; // nothing comes after it
      return whole && kind.endsWith("List") && !version.isEmpty()
          ? Optional.of(new Page(version, metadata.path("continue").asText(""), items, versions))
          : Optional.empty();
    }

    private void field(String name, JsonParser parser) throws IOException {
      JsonToken value = parser.nextToken();
      if (name.equals("items") && value == JsonToken.START_ARRAY) {
        while (fits && parser.nextToken() != JsonToken.END_ARRAY) {
          item(ONE.readTree(parser));
        }
      } else if (name.equals("metadata")) {
        metadata = ONE.readTree(parser);
      } else if (name.equals("kind")) {
        kind = parser.getText();
      } else {
        parser.skipChildren();
      }
    }

    private void item(JsonNode object) {
      fits = !name(object).isEmpty() && resource.fits(object);
      if (fits) {
        items.put(key(object), resource.read(object));
        versions.put(key(object), version(object));
      }
    }
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
