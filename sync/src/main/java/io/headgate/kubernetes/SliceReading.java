package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.Hints;
import io.headgate.model.ServiceKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An EndpointSlice (discovery.k8s.io/v1) as JSON: of each endpoint the first address, and the
 * conditions with the defaults that their field comments give.
 */
final class SliceReading {
  private static final String SERVICE_NAME = "kubernetes.io/service-name";

  private SliceReading() {}

  static Item of(JsonNode slice) {
    JsonNode metadata = slice.path("metadata");
    String service = metadata.path("labels").path(SERVICE_NAME).asText("");
    if (service.isEmpty() || slice.path("addressType").asText("").equals("FQDN")) {
      return new Item.Irrelevant();
    }
    Map<String, Integer> ports =
        slice
            .path("ports")
            .valueStream()
            .collect(
                Collectors.toMap(
                    port -> port.path("name").asText(""),
                    port -> port.path("port").asInt(0),
                    (first, _) -> first));
    Map<Hints, Hints> known = new HashMap<>();
    return new Item.OfSlice(
        new ServiceKey(metadata.path("namespace").asText(""), service),
        slice
            .path("endpoints")
            .valueStream()
            .filter(endpoint -> !endpoint.path("addresses").path(0).asText("").isEmpty())
            .map(endpoint -> endpoint(endpoint, ports, known))
            .toList());
  }

  /** Endpoints of one zone have the same hints, and share them. */
  private static ClusterEndpoint endpoint(
      JsonNode endpoint, Map<String, Integer> ports, Map<Hints, Hints> known) {
    JsonNode conditions = endpoint.path("conditions");
    boolean ready = conditions.path("ready").asBoolean(true);
    return new ClusterEndpoint(
        endpoint.path("addresses").path(0).asText(),
        Optional.of(endpoint.path("nodeName").asText("")).filter(name -> !name.isEmpty()),
        ready,
        conditions.path("serving").asBoolean(true),
        conditions.path("terminating").asBoolean(false),
        ports,
        known.computeIfAbsent(hints(endpoint.path("hints")), hints -> hints));
  }

  private static Hints hints(JsonNode hints) {
    return Hints.of(names(hints.path("forZones")), names(hints.path("forNodes")));
  }

  private static List<String> names(JsonNode list) {
    return list.valueStream()
        .map(one -> one.path("name").asText(""))
        .filter(name -> !name.isEmpty())
        .toList();
  }
}
