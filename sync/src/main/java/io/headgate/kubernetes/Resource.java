package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;

/** A kind of object that is watched. */
enum Resource {
  SERVICES("/api/v1", true),
  ENDPOINTSLICES("/apis/discovery.k8s.io/v1", true),
  NODES("/api/v1", false);

  private final String groupPath;
  private final boolean namespaced;

  Resource(String groupPath, boolean namespaced) {
    this.groupPath = groupPath;
    this.namespaced = namespaced;
  }

  /** As in the API's paths. */
  String plural() {
    return switch (this) {
      case SERVICES -> "services";
      case ENDPOINTSLICES -> "endpointslices";
      case NODES -> "nodes";
    };
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
    };
  }
}
