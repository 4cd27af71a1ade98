package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.model.AddressPool;
import io.headgate.model.AddressRange;
import io.headgate.model.ClusterPools;
import io.headgate.model.LabelSelector;
import io.headgate.model.PoolAdvertisement;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The part of {@link SnapshotTree} about pools. What was not read is not written: it is old. */
final class PoolsTree {
  private PoolsTree() {}

  static void write(ClusterPools pools, ObjectNode tree) {
    ArrayNode all = tree.putArray("pools");
    pools.pools().values().forEach(pool -> write(pool, all.addObject()));
    ArrayNode advertisements = tree.putArray("advertisements");
    pools
        .advertisements()
        .values()
        .forEach(advertisement -> write(advertisement, advertisements.addObject()));
    ObjectNode namespaces = tree.putObject("namespaces");
    pools.namespaces().forEach((name, labels) -> labels.forEach(namespaces.putObject(name)::put));
  }

  /**
   * @throws IllegalArgumentException a value that we do not write
   */
  static ClusterPools read(JsonNode tree) {
    Map<String, AddressPool> pools = new HashMap<>();
    tree.path("pools").forEach(pool -> pools.put(pool.path("name").asText(""), addressPool(pool)));
    Map<String, PoolAdvertisement> advertisements = new HashMap<>();
    tree.path("advertisements")
        .forEach(one -> advertisements.put(one.path("name").asText(""), advertisement(one)));
    Map<String, Map<String, String>> namespaces = new HashMap<>();
    tree.path("namespaces")
        .forEachEntry((name, labels) -> namespaces.put(name, Fields.map(labels)));
    return new ClusterPools(pools, advertisements, namespaces, Map.of());
  }

  private static void write(AddressPool pool, ObjectNode tree) {
    AddressPool.Spec spec = pool.spec();
    tree.put("namespace", pool.namespace())
        .put("name", pool.name())
        .put("uid", pool.uid())
        .put("createdAt", pool.createdAt().toString())
        .put("problem", pool.problem())
        .put("autoAssign", spec.autoAssign())
        .put("avoidBuggyIps", spec.avoidBuggyIps())
        .put("priority", spec.priority());
    pool.labels().forEach(tree.putObject("labels")::put);
    texts(tree, "addresses", spec.addresses());
    texts(tree, "namespaces", spec.namespaces());
    texts(tree, "namespaceSelectors", spec.namespaceSelectors());
    texts(tree, "serviceSelectors", spec.serviceSelectors());
  }

  private static AddressPool addressPool(JsonNode tree) {
    return new AddressPool(
        tree.path("namespace").asText(""),
        tree.path("name").asText(""),
        tree.path("uid").asText(""),
        Instant.parse(tree.path("createdAt").asText("")),
        Fields.map(tree.path("labels")),
        new AddressPool.Spec(
            Fields.texts(tree.path("addresses")).stream().map(PoolsTree::range).toList(),
            tree.path("autoAssign").asBoolean(),
            tree.path("avoidBuggyIps").asBoolean(),
            tree.path("priority").asInt(),
            Fields.texts(tree.path("namespaces")),
            selectors(tree, "namespaceSelectors"),
            selectors(tree, "serviceSelectors")),
        tree.path("problem").asText(""));
  }

  private static void write(PoolAdvertisement advertisement, ObjectNode tree) {
    tree.put("name", advertisement.name());
    texts(tree, "pools", advertisement.pools());
    texts(tree, "selectors", advertisement.poolSelectors());
    texts(tree, "ofNodes", advertisement.ofNodes());
  }

  private static PoolAdvertisement advertisement(JsonNode tree) {
    return new PoolAdvertisement(
        tree.path("name").asText(""),
        Fields.texts(tree.path("pools")),
        selectors(tree, "selectors"),
        Fields.texts(tree.path("ofNodes")));
  }

  private static AddressRange range(String text) {
    return AddressRange.parse(text)
        .orElseThrow(() -> new IllegalArgumentException("no range: " + text));
  }

  private static List<LabelSelector> selectors(JsonNode tree, String field) {
    return Fields.texts(tree.path(field)).stream()
        .map(text ->
            text.isEmpty()
                ? LabelSelector.EVERYTHING
                : LabelSelector.parse(text)
                    .orElseThrow(() -> new IllegalArgumentException("no selector: " + text)))
        .toList();
  }

  private static void texts(ObjectNode tree, String field, List<?> values) {
    ArrayNode array = tree.putArray(field);
    values.forEach(value -> array.add(value.toString()));
  }
}
