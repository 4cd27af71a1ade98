package io.headgate.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON merge patch (RFC 7396): null removes, an object goes deeper, all else replaces. */
final class MergePatch {
  private MergePatch() {}

  /** A new object; neither argument is changed. */
  static ObjectNode apply(ObjectNode target, ObjectNode patch) {
    ObjectNode result = target.deepCopy();
    patch
        .properties()
        .forEach(entry -> {
          String field = entry.getKey();
          JsonNode value = entry.getValue();
          if (value.isNull()) {
            result.remove(field);
          } else if (value instanceof ObjectNode deeper) {
            ObjectNode below =
                result.get(field) instanceof ObjectNode object ? object : Json.object();
            result.set(field, apply(below, deeper));
          } else {
            result.set(field, value.deepCopy());
          }
        });
    return result;
  }
}
