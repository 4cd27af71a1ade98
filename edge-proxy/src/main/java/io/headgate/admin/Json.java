package io.headgate.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records as JSON and back, on both sides of the socket. What is written is indented, for the eye
 * behind {@code curl}; an empty optional is {@code null}.
 */
final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // answers may gain fields
          .build();

  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .withCoercionConfig(
              LogicalType.Textual,
              texts ->
                  texts
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private Json() {}

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException bug) {
      throw new UncheckedIOException(bug);
    }
  }

  /** What a person or program sent: exactly the record's fields, or nothing. */
  static <T> Optional<T> readStrictly(String text, Class<T> type) {
    try {
      return Optional.ofNullable(STRICT.readValue(text, type)); // "null" is null
    } catch (JsonProcessingException _) {
      return Optional.empty();
    }
  }

  /** An edge's answer. */
  static <T> T read(String text, Class<T> type) throws JsonProcessingException {
    return MAPPER.readValue(text, type);
  }

  /** An edge's answer that is an array. */
  static <T> List<T> readList(String text, Class<T> type) throws JsonProcessingException {
    return MAPPER.readValue(
        text, MAPPER.getTypeFactory().constructCollectionType(List.class, type));
  }

  /** The elements of an array, each on a line of its own. */
  static List<String> lines(String array) throws JsonProcessingException {
    List<String> lines = new ArrayList<>();
    for (JsonNode element : MAPPER.readTree(array)) {
      lines.add(element.toString());
    }
    return lines;
  }

  static JsonNode tree(String text) throws JsonProcessingException {
    return MAPPER.readTree(text);
  }
}
