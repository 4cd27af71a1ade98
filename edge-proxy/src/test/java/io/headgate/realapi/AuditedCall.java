package io.headgate.realapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A request as the server's audit log has it.
 *
 * @param resource with its subresource: {@code services/status}
 * @param uri with its query
 * @param allowed by RBAC
 */
public record AuditedCall(
    String user,
    String verb,
    String group,
    String resource,
    String namespace,
    String name,
    String uri,
    boolean allowed) {

  /** Empty for what is about no resource, such as {@code /version}. */
  static Optional<AuditedCall> of(JsonNode event) {
    JsonNode object = event.path("objectRef");
    String resource = object.path("resource").asText("");
    if (resource.isEmpty()) {
      return Optional.empty();
    }
    String subresource = object.path("subresource").asText("");
    return Optional.of(
        new AuditedCall(
            event.at("/user/username").asText(),
            event.path("verb").asText(),
            object.path("apiGroup").asText(""),
            subresource.isEmpty() ? resource : resource + "/" + subresource,
            object.path("namespace").asText(""),
            object.path("name").asText(""),
            event.path("requestURI").asText(),
            event
                .path("annotations")
                .path("authorization.k8s.io/decision")
                .asText()
                .equals("allow")));
  }
}
