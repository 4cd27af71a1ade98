package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** A kind of object that is watched. */
enum Resource {
  SERVICES("/api/v1", "Service", true),
  ENDPOINTSLICES("/apis/discovery.k8s.io/v1", "EndpointSlice", true),
  NODES("/api/v1", "Node", false),
  NAMESPACES("/api/v1", "Namespace", false),
  IPADDRESSPOOLS("/apis/metallb.io/v1beta1", "IPAddressPool", true),
  L2ADVERTISEMENTS("/apis/metallb.io/v1beta1", "L2Advertisement", true);

  private final String groupPath;
  private final String kind;
  private final boolean namespaced;

  Resource(String groupPath, String kind, boolean namespaced) {
    this.groupPath = groupPath;
    this.kind = kind;
    this.namespaced = namespaced;
  }

  /** As in the API's paths. */
  String plural() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether a cluster may lack it, or the account the right to it, and all else goes on without.
   */
  boolean optional() {
    return switch (this) {
      case SERVICES, ENDPOINTSLICES, NODES -> false;
      case NAMESPACES, IPADDRESSPOOLS, L2ADVERTISEMENTS -> true;
    };
  }

  /** Whether an object may be of this kind; in lists objects need not say what they are. */
  boolean fits(JsonNode object) {
    return object.path("kind").asText(kind).equals(kind);
  }

  /** As in RBAC; empty for core/v1. */
  String group() {
    return groupPath.startsWith("/apis/") ? groupPath.split("/", -1)[2] : "";
  }

  /** {@code PLURAL} or {@code PLURAL.GROUP}. */
  String qualified() {
    return group().isEmpty() ? plural() : plural() + "." + group();
  }

  boolean namespaced() {
    return namespaced;
  }

  /**
   * @param namespace empty for all
   */
  String path(String namespace) {
    return namespace.isEmpty()
        ? groupPath + "/" + plural()
        : groupPath + "/namespaces/" + namespace + "/" + plural();
  }

  /**
   * What we keep of {@code object}. Never fails: what cannot be read is as if it were not there.
   */
  Item read(JsonNode object) {
    return switch (this) {
      case SERVICES -> new Item.OfService(ServiceReading.of(object));
      case ENDPOINTSLICES -> SliceReading.of(object);
      case NODES -> new Item.OfNode(NodeReading.of(object));
      case NAMESPACES -> PoolReading.namespace(object);
      case IPADDRESSPOOLS -> new Item.OfPool(PoolReading.pool(object));
      case L2ADVERTISEMENTS -> new Item.OfAdvertisement(PoolReading.advertisement(object));
    };
  }
}
