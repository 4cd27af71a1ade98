package io.headgate.apiserver;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A request for objects, read from its path and query.
 *
 * @param namespace empty for all
 * @param name empty but for {@link ApiVerb#GET}
 * @param headers a copy, good after the request is released
 */
record ApiRequest(
    ApiVerb verb,
    ApiResource resource,
    String namespace,
    String name,
    QueryStringDecoder query,
    HttpHeaders headers) {

  /** Empty where the path is none of an {@link ApiResource}. */
  static Optional<ApiRequest> of(HttpRequest request) {
    var query = new QueryStringDecoder(request.uri());
    return Arrays.stream(ApiResource.values())
        .flatMap(resource -> of(resource, query, request.headers().copy()).stream())
        .findFirst();
  }

  private static Optional<ApiRequest> of(
      ApiResource resource, QueryStringDecoder query, HttpHeaders headers) {
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
    boolean named = rest.size() == 2 && (!resource.namespaced() || !namespace.isEmpty());
    if (!rest.getFirst().equals(resource.plural()) || (rest.size() > 1 && !named)) {
      return Optional.empty();
    }
    boolean watch = List.of("1", "true").contains(first(query, "watch"));
    ApiVerb verb = named ? ApiVerb.GET : watch ? ApiVerb.WATCH : ApiVerb.LIST;
    String name = named ? rest.get(1) : "";
    return Optional.of(new ApiRequest(verb, resource, namespace, name, query, headers));
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
