package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Parts that many objects have in common, read leniently: what is not there is empty. */
final class Fields {
  private Fields() {}

  /** A list of texts. */
  static List<String> texts(JsonNode list) {
    return list.valueStream().map(text -> text.asText("")).toList();
  }

  /** Texts by their names, such as labels. */
  static Map<String, String> map(JsonNode map) {
    return map(map, _ -> true);
  }

  /** Those of them whose names are wanted. */
  static Map<String, String> map(JsonNode map, Predicate<String> wanted) {
    return map.propertyStream()
        .filter(entry -> wanted.test(entry.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().asText("")));
  }

  /** {@code metadata.creationTimestamp}; the epoch where there is none. */
  static Instant createdAt(JsonNode metadata) {
    String timestamp = metadata.path("creationTimestamp").asText("");
    try {
      return timestamp.isEmpty() ? Instant.EPOCH : Instant.parse(timestamp);
    } catch (DateTimeParseException _) {
      return Instant.EPOCH;
    }
  }
}
