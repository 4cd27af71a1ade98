package io.headgate.apiserver;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON as this package writes it. */
final class Json {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Whether {@code answer} says that something went wrong. */
  static boolean failed(ObjectNode answer) {
    return answer.path("kind").asText().equals("Status");
  }

  /** A {@code Status} (meta/v1) that says what went wrong. */
  static ObjectNode failure(int code, String reason, String message) {
    return object()
        .put("kind", "Status")
        .put("apiVersion", "v1")
        .put("status", "Failure")
        .put("message", message)
        .put("reason", reason)
        .put("code", code);
  }
}
