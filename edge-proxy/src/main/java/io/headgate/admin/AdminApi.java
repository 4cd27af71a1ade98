package io.headgate.admin;

import io.headgate.admin.Edge.FailoverResult;
import io.headgate.admin.Edge.OrderResult;
import io.headgate.admin.Edge.ReloadResult;
import io.headgate.model.Explanation;
import io.headgate.model.OperatorOrders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paths and what each answers. Called on a thread of its own per request; it may wait for the
 * edge.
 */
final class AdminApi {
  private static final Logger LOG = LoggerFactory.getLogger(AdminApi.class);
  private static final String EXPLAIN = "/api/v1/explain/";
  private static final List<String> PATHS =
      List.of(
          "/",
          "/livez",
          "/readyz",
          "/metrics",
          "/api/v1/status",
          "/api/v1/routes",
          "/api/v1/backends",
          "/api/v1/nodes",
          "/api/v1/addresses",
          "/api/v1/events",
          "/api/v1/config",
          "/api/v1/explain/NAME",
          "/api/v1/doctor",
          "/api/v1/orders",
          "/api/v1/failover",
          "/api/v1/reload");

  private final Edge edge;

  AdminApi(Edge edge) {
    this.edge = edge;
  }

  /**
   * Of the body of a handover.
   *
   * @param group empty for all
   */
  record FailoverRequest(String group, boolean takeBack) {}

  /** Of the body of an order. */
  record OrderRequest(String target, String order) {}

  Answer answer(Ask ask) {
    if (ask.path().startsWith(EXPLAIN)) {
      return reading(ask, () -> explain(ask.path().substring(EXPLAIN.length())));
    }
    return switch (ask.path()) {
      case "/" -> reading(ask, this::page);
      case "/style.css" ->
          reading(ask, () -> Answer.of(200, "text/css; charset=utf-8", StatusPage.STYLE));
      case "/livez" -> reading(ask, this::livez);
      case "/readyz" -> reading(ask, this::readyz);
      case "/metrics" ->
          reading(
              ask,
              () -> Answer.of(200, MetricsText.CONTENT_TYPE, MetricsText.written(edge.metrics())));
      case "/api/v1/status" -> reading(ask, () -> Answer.json(200, edge.status()));
      case "/api/v1/routes" -> reading(ask, () -> Answer.json(200, edge.routes()));
      case "/api/v1/backends" -> reading(ask, () -> backends(ask), "route");
      case "/api/v1/nodes" -> reading(ask, () -> Answer.json(200, edge.nodes()));
      case "/api/v1/addresses" -> reading(ask, () -> Answer.json(200, edge.addresses()));
      case "/api/v1/events" -> reading(ask, () -> events(ask), "after");
      case "/api/v1/config" -> reading(ask, () -> Answer.json(200, edge.config()));
      case "/api/v1/doctor" -> reading(ask, () -> doctor(ask));
      case "/api/v1/orders" -> changing(ask, by -> order(ask.body(), by));
      case "/api/v1/failover" -> changing(ask, by -> failover(ask.body(), by));
      case "/api/v1/reload" -> changing(ask, this::reload);
      case "/api/v1/connections" -> Answer.error(404, ask.path() + " is not in this version");
      default ->
          Answer.error(404, "no such path: " + ask.path() + Suggestion.near(ask.path(), PATHS));
    };
  }

  private static Answer reading(Ask ask, Supplier<Answer> view, String... parameters) {
    if (!ask.method().equals("GET") && !ask.method().equals("HEAD")) {
      return Answer.error(405, ask.path() + " is for reading: GET").with("allow", "GET, HEAD");
    }
    List<String> known = Arrays.asList(parameters);
    for (Map.Entry<String, List<String>> parameter : ask.query().entrySet()) {
      if (!known.contains(parameter.getKey())) {
        return Answer.error(
            400,
            "unknown parameter %s%s"
                .formatted(parameter.getKey(), Suggestion.near(parameter.getKey(), known)));
      }
      if (parameter.getValue().size() != 1) {
        return Answer.error(400, "parameter %s is given twice".formatted(parameter.getKey()));
      }
    }
    return view.get();
  }

  private interface Change {
    Answer by(String operator);
  }

  private static Answer changing(Ask ask, Change change) {
    if (!ask.method().equals("POST")) {
      return Answer.error(405, ask.path() + " changes something: POST").with("allow", "POST");
    }
    return ask.operator()
        .map(change::by)
        .orElseGet(() ->
            Answer.error(
                403, "this port is for reading; changes are taken on the Unix socket only"));
  }

  private Answer page() {
    return Answer.of(
        200,
        "text/html; charset=utf-8",
        StatusPage.written(
            edge.status(),
            edge.routes(),
            edge.backends(),
            edge.nodes(),
            edge.addresses(),
            edge.events(0)));
  }

  /** It opens connections, which is not for everybody who may read the page. */
  private Answer doctor(Ask ask) {
    return ask.operator().isPresent()
        ? Answer.json(200, edge.doctor())
        : Answer.error(403, "this port is for reading; the doctor is asked on the Unix socket");
  }

  private Answer livez() {
    return edge.live()
        ? Answer.text(200, "ok")
        : Answer.text(503, "not live: a thread that must move has not moved lately");
  }

  private Answer readyz() {
    return edge.notReady()
        .map(why -> Answer.text(503, "not ready: " + why))
        .orElseGet(() -> Answer.text(200, "ok"));
  }

  private Answer backends(Ask ask) {
    List<String> wanted = ask.query().getOrDefault("route", List.of());
    if (wanted.isEmpty()) {
      return Answer.json(200, edge.backends());
    }
    String route = wanted.getFirst();
    List<String> routes = edge.routes().stream().map(RouteView::route).toList();
    return routes.contains(route)
        ? Answer.json(
            200, edge.backends().stream().filter(backend -> backend.route().equals(route)).toList())
        : Answer.error(404, "no route %s%s".formatted(route, Suggestion.near(route, routes)));
  }

  private Answer events(Ask ask) {
    List<String> after = ask.query().getOrDefault("after", List.of("0"));
    try {
      return Answer.json(200, edge.events(Long.parseLong(after.getFirst())));
    } catch (NumberFormatException _) {
      return Answer.error(400, "after must be a sequence number, not " + after.getFirst());
    }
  }

  private Answer explain(String name) {
    List<Explanation> explanations = edge.explain(name);
    if (!explanations.isEmpty()) {
      return Answer.json(200, explanations);
    }
    List<String> known = new ArrayList<>();
    for (RouteView route : edge.routes()) {
      known.add(route.route());
      known.add(serviceIn(route.source()));
    }
    return Answer.error(
        404,
        "no route %s and no route to a Service of that name%s"
            .formatted(name, Suggestion.near(name, known)));
  }

  /** {@code namespace/name} of {@code service namespace/name:port}. */
  private static String serviceIn(String source) {
    int colon = source.indexOf(':');
    return colon < 0 ? source : source.substring(source.indexOf(' ') + 1, colon);
  }

  private Answer order(String body, String operator) {
    Optional<OrderRequest> request = Json.readStrictly(body, OrderRequest.class);
    if (request.isEmpty()) {
      return Answer.error(
          400,
          "expected {\"target\": \"NODE or ROUTE/NODE\", \"order\": \"drain, maint or ready\"}");
    }
    String target = request.get().target();
    String word = request.get().order();
    if (!isTarget(target)) {
      return Answer.error(400, "target must be NODE or ROUTE/NODE, not \"%s\"".formatted(target));
    }
    return wordOf(word)
        .map(order -> obeyed(OperatorOrders.Target.parse(target), order, operator))
        .orElseGet(() ->
            Answer.error(
                400,
                "unknown order %s (drain, maint or ready)%s"
                    .formatted(word, Suggestion.near(word, Set.of("drain", "maint", "ready")))));
  }

  /** No control characters: what passes here goes into the log. */
  private static boolean isTarget(String text) {
    return !text.isBlank()
        && !text.startsWith("/")
        && !text.endsWith("/")
        && text.chars().noneMatch(Character::isISOControl);
  }

  private static Optional<OperatorOrders.Order> wordOf(String word) {
    return Arrays.stream(OperatorOrders.Order.values())
        .filter(order -> order.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst();
  }

  private Answer obeyed(OperatorOrders.Target target, OperatorOrders.Order order, String operator) {
    OrderResult result = edge.order(target, order);
    String word = order.name().toLowerCase(Locale.ROOT);
    if (!result.known()) {
      LOG.info("{} {} by {}: refused: {}", word, target, operator, result.message());
      List<String> nodes = edge.nodes().stream().map(NodeView::node).toList();
      return Answer.error(404, result.message() + Suggestion.near(target.node(), nodes));
    }
    LOG.info("{} {} by {}: {}", word, target, operator, result.message());
    return Answer.json(200, result);
  }

  private Answer failover(String body, String operator) {
    Optional<FailoverRequest> request = Json.readStrictly(body, FailoverRequest.class);
    if (request.isEmpty() || request.get().group().chars().anyMatch(Character::isISOControl)) {
      return Answer.error(
          400, "expected {\"group\": \"NAME, or empty for all\", \"takeBack\": false}");
    }
    Optional<String> group = Optional.of(request.get().group()).filter(name -> !name.isEmpty());
    FailoverResult result = edge.failover(group, request.get().takeBack());
    LOG.info(
        "failover {}{} by {}: {}",
        group.orElse("of all groups"),
        request.get().takeBack() ? ", taken back," : "",
        operator,
        result.problem().isEmpty() ? rolesOf(result) : "refused: " + result.problem());
    return result.problem().isEmpty()
        ? Answer.json(200, result)
        : Answer.error(409, result.problem());
  }

  private static String rolesOf(FailoverResult result) {
    return result.groups().stream()
        .map(group -> group.group() + " is " + group.role())
        .collect(Collectors.joining(", "));
  }

  private Answer reload(String operator) {
    ReloadResult result = edge.reload();
    if (result.problems().isEmpty()) {
      LOG.info("reload by {}: {} changes", operator, result.changes().size());
      return Answer.json(200, result);
    }
    LOG.warn(
        "reload by {}: refused, {} problems; the running configuration stays",
        operator,
        result.problems().size());
    Map<String, Object> refused = new LinkedHashMap<>();
    refused.put("error", "the file has problems; the running configuration stays");
    refused.put("problems", result.problems());
    refused.put("changes", result.changes());
    return Answer.json(422, refused);
  }
}
