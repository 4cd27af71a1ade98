package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.headgate.config.PoolConfig;
import io.headgate.model.AddressPool;
import io.headgate.model.AddressRange;
import io.headgate.model.LabelSelector;
import io.headgate.model.PoolAdvertisement;
import io.headgate.model.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Namespaces (core/v1), and MetalLB's IPAddressPool and L2Advertisement (metallb.io/v1beta1) as
 * JSON. Unknown fields are passed over; what makes no sense is said in the pool.
 */
final class PoolReading {
  private static final List<String> OF_NODES =
      List.of("nodeSelectors", "preferredNodeSelectors", "interfaces", "serviceSelectors");

  private final List<String> problems = new ArrayList<>();

  private PoolReading() {}

  static Item namespace(JsonNode namespace) {
    return new Item.OfNamespace(
        namespace.path("metadata").path("name").asText(""),
        Fields.map(namespace.path("metadata").path("labels")));
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
        Fields.createdAt(metadata),
        Fields.map(metadata.path("labels")),
        valid ? spec : AddressPool.Spec.NONE,
        String.join("; ", reading.problems));
  }

  /** One whose selectors make no sense selects nothing by them. */
  static PoolAdvertisement advertisement(JsonNode advertisement) {
    var reading = new PoolReading();
    JsonNode spec = advertisement.path("spec");
    List<String> pools = Fields.texts(spec.path("ipAddressPools"));
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
        Fields.texts(allocation.path("namespaces")),
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
          .ifPresent(why -> problems.add("spec.addresses: " + Printable.quoted(text) + " " + why));
      if (range.isEmpty()) {
        problems.add(
            "spec.addresses: "
                + Printable.quoted(text)
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
        problems.add(
            "spec." + shownAs + ": " + Printable.quoted(selector.toString()) + " is no selector");
      }
      read.ifPresent(selectors::add);
    }
    return selectors;
  }

  /** A LabelSelector (meta/v1) in the text form: an empty one matches everything. */
  private static Optional<LabelSelector> selector(JsonNode selector) {
    List<String> requirements =
        Stream.concat(
                Fields.map(selector.path("matchLabels")).entrySet().stream()
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
    List<String> values = Fields.texts(expression.path("values"));
    String set = " (" + String.join(",", values) + ")";
    return switch (expression.path("operator").asText("")) {
      case "In" -> values.isEmpty() ? "" : key + " in" + set;
      case "NotIn" -> values.isEmpty() ? "" : key + " notin" + set;
      case "Exists" -> values.isEmpty() ? key : "";
      case "DoesNotExist" -> values.isEmpty() ? "!" + key : "";
      default -> "";
    };
  }
}
