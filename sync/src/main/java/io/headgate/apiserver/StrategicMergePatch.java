package io.headgate.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * Strategic merge patch of a Service or Node (k8s: {@code
 * staging/src/k8s.io/apimachinery/pkg/util/strategicpatch}): as JSON merge patch, but lists with a
 * merge key are merged by it. Of those lists it knows {@code status.conditions} and {@code
 * spec.ports}; of the directives {@code $patch: delete} and {@code $patch: replace} inside such a
 * list. Otherwise than a real server it replaces the others ({@code metadata.finalizers}, {@code
 * ownerReferences}, a Node's addresses and taints), and takes a directive elsewhere, or one that
 * begins with {@code $setElementOrder}, {@code $retainKeys} or {@code $deleteFromPrimitiveList}, as
 * an error.
 */
final class StrategicMergePatch {
  private static final String DIRECTIVE = "$patch";
  private static final Map<String, String> MERGE_KEYS =
      Map.of("/status/conditions", "type", "/spec/ports", "port");

  private StrategicMergePatch() {}

  /**
   * What such a patch cannot do, thrown as the request's end.
   *
   * <p>Its message is the real server's where there is one.
   */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  /** A new object; neither argument is changed. */
  static ObjectNode apply(ObjectNode target, ObjectNode patch) throws RefusedException {
    return merged(target, patch, "");
  }

  private static ObjectNode merged(ObjectNode target, ObjectNode patch, String path)
      throws RefusedException {
    ObjectNode result = target.deepCopy();
    for (Map.Entry<String, JsonNode> entry : patch.properties()) {
      String field = entry.getKey();
      JsonNode value = entry.getValue();
      String below = path + "/" + field;
      if (field.startsWith("$")) {
        throw new RefusedException("not supported here: " + below);
      }
      Optional<String> mergeKey = Optional.ofNullable(MERGE_KEYS.get(below));
      if (value.isNull()) {
        result.remove(field);
      } else if (value instanceof ObjectNode deeper) {
        ObjectNode before = result.get(field) instanceof ObjectNode object ? object : Json.object();
        result.set(field, merged(before, deeper, below));
      } else if (value instanceof ArrayNode list && mergeKey.isPresent()) {
        result.set(field, merged(objects(result.path(field)), objects(list), mergeKey.get()));
      } else {
        result.set(field, value.deepCopy());
      }
    }
    return result;
  }

  private static List<ObjectNode> objects(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .filter(ObjectNode.class::isInstance)
        .map(ObjectNode.class::cast)
        .toList();
  }

  /** First what the patch takes away, then what it brings. */
  private static ArrayNode merged(List<ObjectNode> before, List<ObjectNode> patch, String key)
      throws RefusedException {
    List<ObjectNode> kept = new ArrayList<>(before);
    List<ObjectNode> brought = new ArrayList<>();
    for (ObjectNode element : patch) {
      switch (element.path(DIRECTIVE).asText("")) {
        case "" -> brought.add(element);
        case "replace" -> kept.clear();
        case "delete" -> kept.removeIf(one -> one.path(key).equals(element.path(key)));
        default -> throw new RefusedException("Unknown patch type: " + element.path(DIRECTIVE));
      }
      boolean keyed = element.has(key) || element.path(DIRECTIVE).asText("").equals("replace");
      if (!keyed) {
        throw new RefusedException("map: map[...] does not contain declared merge key: " + key);
      }
    }
    return ordered(kept, brought, key);
  }

  /** What is new stands before what the patch does not name; all else stays where it was. */
  private static ArrayNode ordered(List<ObjectNode> kept, List<ObjectNode> brought, String key)
      throws RefusedException {
    List<JsonNode> order = kept.stream().map(one -> one.path(key)).toList();
    Set<JsonNode> named = new HashSet<>();
    brought.forEach(one -> named.add(one.path(key)));
    List<ObjectNode> others = new ArrayList<>(kept);
    others.removeIf(one -> named.contains(one.path(key)));
    ArrayNode result = Json.MAPPER.createArrayNode();
    for (ObjectNode element : brought) {
      int at = order.indexOf(element.path(key));
      while (at >= 0 && !others.isEmpty() && order.indexOf(others.getFirst().path(key)) < at) {
        result.add(others.removeFirst());
      }
      result.add(at >= 0 ? merged(kept.get(at), element, "/" + key) : element.deepCopy());
    }
    result.addAll(others);
    return result;
  }
}
