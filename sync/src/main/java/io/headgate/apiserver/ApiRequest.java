package io.headgate.apiserver;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A request for objects, read from its path and query.
 *
 * @param namespace empty for all
 * @param name of the object meant; empty for LIST, WATCH and CREATE
 * @param subresource empty for the object itself
 * @param headers a copy, good after the request is released
 * @param body as text
 */
record ApiRequest(
    ApiVerb verb,
    ApiResource resource,
    String namespace,
    String name,
    String subresource,
    QueryStringDecoder query,
    HttpHeaders headers,
    String body) {

  /** Empty where the path is none of an {@link ApiResource}, or not to be asked so. */
  static Optional<ApiRequest> of(FullHttpRequest request) {
    return Arrays.stream(ApiResource.values())
        .flatMap(resource -> of(resource, request).stream())
        .findFirst();
  }

  private static Optional<ApiRequest> of(ApiResource resource, FullHttpRequest request) {
    var query = new QueryStringDecoder(request.uri());
    if (!query.path().startsWith(resource.groupPath() + "/")) {
      return Optional.empty();
    }
    List<String> rest =
        List.of(query.path().substring(resource.groupPath().length() + 1).split("/"));
    String namespace = "";
    if (resource.namespaced() && rest.size() >= 3 && rest.getFirst().equals("namespaces")) {
      namespace = rest.get(1);
      rest = rest.subList(2, rest.size());
    }
    boolean scoped = !resource.namespaced() || !namespace.isEmpty();
    String subresource = rest.size() == 3 ? rest.get(2) : "";
    if (!rest.getFirst().equals(resource.plural())
        || (rest.size() > 1 && !scoped)
        || rest.size() > 3
        || !resource.has(subresource)) {
      return Optional.empty();
    }
    String name = rest.size() > 1 ? rest.get(1) : "";
    String of = namespace;
    String body = request.content().toString(StandardCharsets.UTF_8);
    return verb(request.method(), name, query)
        .filter(verb -> verb != ApiVerb.CREATE || scoped)
        .map(verb ->
            new ApiRequest(
                verb, resource, of, name, subresource, query, request.headers().copy(), body));
  }

  private static Optional<ApiVerb> verb(HttpMethod method, String name, QueryStringDecoder query) {
    boolean named = !name.isEmpty();
    if (method.equals(HttpMethod.GET)) {
      boolean watch = List.of("1", "true").contains(first(query, "watch"));
      return Optional.of(named ? ApiVerb.GET : watch ? ApiVerb.WATCH : ApiVerb.LIST);
    }
    if (method.equals(HttpMethod.POST) && !named) {
      return Optional.of(ApiVerb.CREATE);
    }
    if (method.equals(HttpMethod.PUT) && named) {
      return Optional.of(ApiVerb.UPDATE);
    }
    return method.equals(HttpMethod.PATCH) && named ? Optional.of(ApiVerb.PATCH) : Optional.empty();
  }

  /** This request in the words of RBAC. */
  ApiCall call() {
    return new ApiCall(verb, resource.group(), resource.plural(), subresource, namespace, name);
  }

  /** The parameter's first value, the empty text where it is not given. */
  String parameter(String parameter) {
    return first(query, parameter);
  }

  /** As {@link #parameter}; {@code otherwise} where it is no number. */
  long number(String parameter, long otherwise) {
    String text = parameter(parameter);
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : otherwise;
  }

  boolean wantsWebSocket() {
    return "websocket".equalsIgnoreCase(headers.get(HttpHeaderNames.UPGRADE, ""));
  }

  private static String first(QueryStringDecoder query, String parameter) {
    List<String> values = query.parameters().get(parameter);
    return values == null ? "" : values.getFirst();
  }
}
