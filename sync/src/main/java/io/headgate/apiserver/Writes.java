package io.headgate.apiserver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What CREATE, UPDATE and PATCH do to the store. Checked against kube-apiserver 1.32, which it
 * follows in what is tested here:
 *
 * <ul>
 *   <li>a write to {@code services/status} leaves the spec alone, a write to the Service itself its
 *       status; both take metadata;
 *   <li>a Service that is no longer of type LoadBalancer loses its {@code status.loadBalancer};
 *   <li>a resourceVersion that is not the newest is 409 Conflict;
 *   <li>another {@code metadata.uid} is 422 Invalid ("field is immutable") in a PATCH, also in one
 *       that would change nothing, but 409 Conflict in an UPDATE;
 *   <li>a Lease is updated with its resourceVersion or not at all (422);
 *   <li>an UPDATE of a Lease that is not there makes it, whatever resourceVersion it names;
 *   <li>a write that changes nothing keeps the resourceVersion.
 * </ul>
 *
 * <p>Otherwise than a real one it takes a PATCH only as JSON merge patch (RFC 7396) or, within the
 * limits of {@link StrategicMergePatch}, as strategic merge patch, and answers 415 to JSON and
 * apply patches; keeps fields that it does not know; and writes no managedFields. What is validated
 * is in {@link Validation}.
 *
 * <p>Any thread; the store has the lock.
 */
final class Writes {
  private final ObjectStore store;
  private final Faults faults;

  Writes(ObjectStore store, Faults faults) {
    this.store = store;
    this.faults = faults;
  }

  /** The object as stored, or a Status. */
  ObjectNode create(ApiRequest request) {
    Optional<ObjectNode> body = body(request);
    if (body.isEmpty()) {
      return unreadable(request);
    }
    if (faults.lacksNamespace(request.namespace())) {
      String message = "namespaces \"" + request.namespace() + "\" not found";
      return Json.failure(404, "NotFound", message);
    }
    ObjectNode object = body.get();
    ObjectNode metadata = object.withObject("/metadata");
    if (request.resource().namespaced()) {
      metadata.put("namespace", request.namespace());
    }
    return Validation.problem(request.resource(), object)
        .orElseGet(() ->
            store
                .create(request.resource(), object)
                .orElseGet(() -> exists(request, metadata.path("name").asText())));
  }

  /** The object as stored, or a Status. */
  ObjectNode update(ApiRequest request) {
    Optional<ObjectNode> body = body(request);
    if (body.isEmpty()) {
      return unreadable(request);
    }
    JsonNode metadata = body.get().path("metadata");
    String name = metadata.path("name").asText();
    if (!name.equals(request.name())) {
      String message =
          "the name of the object (%s) does not match the name on the URL (%s)"
              .formatted(name, request.name());
      return Json.failure(400, "BadRequest", message);
    }
    if (there(request).isEmpty()) {
      return request.resource() == ApiResource.LEASES ? create(request) : notFound(request);
    }
    boolean blind = metadata.path("resourceVersion").asText("").isEmpty();
    if (blind && request.resource() == ApiResource.LEASES) {
      return Validation.invalid(
          request.resource(),
          request.name(),
          "metadata.resourceVersion: Invalid value: 0x0: must be specified for an update");
    }
    return change(
        request,
        before ->
            refused(request, before, body.get(), "Conflict")
                .orElseGet(() -> written(request, before, body.get())));
  }

  /** The object as stored, or a Status. */
  ObjectNode patch(ApiRequest request) {
    String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    boolean strategic = type.startsWith("application/strategic-merge-patch+json");
    if (!strategic && !type.startsWith("application/merge-patch+json")) {
      return Json.failure(415, "UnsupportedMediaType", "415: Unsupported Media Type");
    }
    Optional<ObjectNode> patch = body(request);
    if (patch.isEmpty()) {
      return Json.failure(400, "BadRequest", "error decoding patch");
    }
    return change(
        request,
        before ->
            refused(request, before, patch.get(), "Invalid")
                .orElseGet(() -> patched(request, before, patch.get(), strategic)));
  }

  private ObjectNode patched(
      ApiRequest request, ObjectNode before, ObjectNode patch, boolean strategic) {
    try {
      ObjectNode wanted =
          strategic ? StrategicMergePatch.apply(before, patch) : MergePatch.apply(before, patch);
      return written(request, before, wanted);
    } catch (StrategicMergePatch.RefusedException e) {
      return Json.failure(500, "", String.valueOf(e.getMessage()));
    }
  }

  static ObjectNode notFound(ApiRequest request) {
    String message =
        "%s \"%s\" not found".formatted(request.resource().qualified(), request.name());
    return Json.failure(404, "NotFound", message);
  }

  private Optional<ObjectNode> there(ApiRequest request) {
    return store.get(request.resource(), request.namespace(), request.name());
  }

  private ObjectNode change(ApiRequest request, UnaryOperator<ObjectNode> change) {
    return store
        .change(request.resource(), request.namespace(), request.name(), change)
        .orElseGet(() -> notFound(request));
  }

  /** What the preconditions in the metadata of what is written say. */
  private static Optional<ObjectNode> refused(
      ApiRequest request, ObjectNode before, ObjectNode written, String otherUid) {
    String uid = written.path("metadata").path("uid").asText("");
    if (!uid.isEmpty() && !uid.equals(before.path("metadata").path("uid").asText())) {
      return Optional.of(
          otherUid.equals("Conflict")
              ? conflict(request, "Precondition failed: UID in precondition: " + uid)
              : Validation.invalid(
                  request.resource(),
                  request.name(),
                  "metadata.uid: Invalid value: \"%s\": field is immutable".formatted(uid)));
    }
    String version = written.path("metadata").path("resourceVersion").asText("");
    boolean stale =
        !version.isEmpty()
            && !version.equals(before.path("metadata").path("resourceVersion").asText());
    return stale
        ? Optional.of(
            conflict(
                request,
                "the object has been modified; please apply your changes to the latest version and"
                    + " try again"))
        : Optional.empty();
  }

  /** {@code wanted} as far as this request may write it, or a Status. */
  private ObjectNode written(ApiRequest request, ObjectNode before, ObjectNode wanted) {
    ObjectNode after = wanted.deepCopy();
    after.put("kind", request.resource().kind()).put("apiVersion", request.resource().apiVersion());
    for (String kept : new String[] {"uid", "namespace", "name", "resourceVersion"}) {
      replace(after.withObject("/metadata"), kept, before.path("metadata"));
    }
    if (request.resource() == ApiResource.SERVICES) {
      replace(after, request.subresource().isEmpty() ? "status" : "spec", before);
      if (request.subresource().isEmpty() && !Validation.mayHaveAddresses(after)) {
        after.withObject("/status").putObject("loadBalancer");
      }
      Validation.complete(after, faults.dropsIpMode());
    }
    return Validation.problem(request.resource(), after).orElse(after);
  }

  private static void replace(ObjectNode object, String field, JsonNode source) {
    if (source.has(field)) {
      object.set(field, source.get(field));
    } else {
      object.remove(field);
    }
  }

  private static Optional<ObjectNode> body(ApiRequest request) {
    try {
      return Json.MAPPER.readTree(request.body()) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static ObjectNode unreadable(ApiRequest request) {
    String message = "the body is no " + request.resource().kind();
    return Json.failure(400, "BadRequest", message);
  }

  private static ObjectNode exists(ApiRequest request, String name) {
    String message = "%s \"%s\" already exists".formatted(request.resource().qualified(), name);
    return Json.failure(409, "AlreadyExists", message);
  }

  private static ObjectNode conflict(ApiRequest request, String why) {
    String message =
        "Operation cannot be fulfilled on %s \"%s\": %s"
            .formatted(request.resource().qualified(), request.name(), why);
    return Json.failure(409, "Conflict", message);
  }
}
