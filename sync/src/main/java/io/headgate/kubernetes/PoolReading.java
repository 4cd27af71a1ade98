package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.headgate.config.PoolConfig;
import io.headgate.model.AddressPool;
import io.headgate.model.AddressRange;
import io.headgate.model.LabelSelector;
import io.headgate.model.PoolAdvertisement;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Namespaces (core/v1), and MetalLB's IPAddressPool and L2Advertisement (metallb.io/v1beta1) as
 * JSON. Unknown fields are passed over; what makes no sense is said in the pool.
 */
final class PoolReading {
  private static final List<String> OF_NODES =
      List.of("nodeSelectors", "preferredNodeSelectors", "interfaces", "serviceSelectors");
  private static final int LONGEST_SHOWN = 60;

  private final List<String> problems = new ArrayList<>();

  private PoolReading() {}

  static Item namespace(JsonNode namespace) {
    return new Item.OfNamespace(
        namespace.path("metadata").path("name").asText(""),
        texts(namespace.path("metadata").path("labels")));
  }

  static AddressPool pool(JsonNode pool) {
    var reading = new PoolReading();
    AddressPool.Spec spec = reading.spec(pool.path("spec"));
    JsonNode metadata = pool.path("metadata");
    boolean valid = reading.problems.isEmpty();
    return new AddressPool(
        metadata.path("namespace").asText(""),
        metadata.path("name").asText(""),
        metadata.path("uid").asText(""),
        createdAt(metadata.path("creationTimestamp").asText("")),
        texts(metadata.path("labels")),
        valid ? spec : AddressPool.Spec.NONE,
        String.join("; ", reading.problems));
  }

  /** One whose selectors make no sense selects nothing by them. */
  static PoolAdvertisement advertisement(JsonNode advertisement) {
    var reading = new PoolReading();
    JsonNode spec = advertisement.path("spec");
    List<String> pools =
        spec.path("ipAddressPools").valueStream().map(name -> name.asText("")).toList();
    List<LabelSelector> selectors =
        reading.selectors(spec, "ipAddressPoolSelectors", "ipAddressPoolSelectors");
    boolean every = spec.path("ipAddressPoolSelectors").isEmpty() && pools.isEmpty();
    return new PoolAdvertisement(
        advertisement.path("metadata").path("name").asText(""),
        every || !pools.isEmpty() || !selectors.isEmpty() ? pools : List.of(""),
        selectors,
        OF_NODES.stream().filter(field -> !spec.path(field).isEmpty()).toList());
  }

  private AddressPool.Spec spec(JsonNode spec) {
    JsonNode allocation = spec.path("serviceAllocation");
    return new AddressPool.Spec(
        addresses(spec.path("addresses")),
        spec.path("autoAssign").asBoolean(true),
        spec.path("avoidBuggyIPs").asBoolean(false),
        Math.max(0, allocation.path("priority").asInt(0)),
        allocation.path("namespaces").valueStream().map(name -> name.asText("")).toList(),
        selectors(allocation, "namespaceSelectors", "serviceAllocation.namespaceSelectors"),
        selectors(allocation, "serviceSelectors", "serviceAllocation.serviceSelectors"));
  }

  private List<AddressRange> addresses(JsonNode addresses) {
    if (addresses.isEmpty()) {
      problems.add("spec.addresses is empty");
    }
    List<AddressRange> ranges = new ArrayList<>();
    for (JsonNode entry : addresses) {
      String text = entry.asText("");
      Optional<AddressRange> range = AddressRange.parse(text.strip());
      range
          .flatMap(PoolConfig::whyUnusable)
          .ifPresent(why -> problems.add("spec.addresses: " + shown(text) + " " + why));
      if (range.isEmpty()) {
        problems.add(
            "spec.addresses: "
                + shown(text)
                + " is no range such as 203.0.113.0/28 or 203.0.113.20-203.0.113.40");
      }
      range.ifPresent(ranges::add);
    }
    return ranges;
  }

  private List<LabelSelector> selectors(JsonNode parent, String field, String shownAs) {
    List<LabelSelector> selectors = new ArrayList<>();
    for (JsonNode selector : parent.path(field)) {
      Optional<LabelSelector> read = selector(selector);
      if (read.isEmpty()) {
        problems.add("spec." + shownAs + ": " + shown(selector.toString()) + " is no selector");
      }
      read.ifPresent(selectors::add);
    }
    return selectors;
  }

  /** A LabelSelector (meta/v1) in the text form: an empty one matches everything. */
  private static Optional<LabelSelector> selector(JsonNode selector) {
    List<String> requirements =
        Stream.concat(
                texts(selector.path("matchLabels")).entrySet().stream()
                    .map(label -> label.getKey() + "=" + label.getValue())
                    .sorted(),
                selector.path("matchExpressions").valueStream().map(PoolReading::requirement))
            .toList();
    return requirements.isEmpty()
        ? Optional.of(LabelSelector.EVERYTHING)
        : LabelSelector.parse(String.join(",", requirements));
  }

  /** Of one that makes no sense, a text that is no selector. */
  private static String requirement(JsonNode expression) {
    String key = expression.path("key").asText("");
    List<String> values =
        expression.path("values").valueStream().map(value -> value.asText("")).toList();
    String set = " (" + String.join(",", values) + ")";
    return switch (expression.path("operator").asText("")) {
      case "In" -> values.isEmpty() ? "" : key + " in" + set;
      case "NotIn" -> values.isEmpty() ? "" : key + " notin" + set;
      case "Exists" -> values.isEmpty() ? key : "";
      case "DoesNotExist" -> values.isEmpty() ? "!" + key : "";
      default -> "";
    };
  }

  private static Map<String, String> texts(JsonNode map) {
    return map.propertyStream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().asText("")));
  }

  private static Instant createdAt(String timestamp) {
    try {
      return timestamp.isEmpty() ? Instant.EPOCH : Instant.parse(timestamp);
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  private static String shown(String text) {
    String part = text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    return "'" + part.replaceAll("\\p{Cntrl}", "?") + "'";
  }
}
