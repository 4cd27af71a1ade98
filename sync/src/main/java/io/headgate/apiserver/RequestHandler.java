package io.headgate.apiserver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Answers the requests of one connection, rightly or as {@link Faults} say. On its event loop. */
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

  private final Predicate<String> authorized;
  private final Predicate<ApiResource> defined;
  private final Consumer<ApiRequest> counter;
  private final ObjectStore store;
  private final Watches watches;
  private final Faults faults;
  private final Writes writes;

  /**
   * @param authorized whether a value of the header Authorization lets a request in
   * @param defined whether a resource is known
   * @param counter told of every request that is let in
   */
  RequestHandler(
      Predicate<String> authorized,
      Predicate<ApiResource> defined,
      Consumer<ApiRequest> counter,
      ObjectStore store,
      Watches watches,
      Faults faults) {
    this.authorized = authorized;
    this.defined = defined;
    this.counter = counter;
    this.store = store;
    this.watches = watches;
    this.faults = faults;
    writes = new Writes(store, faults);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest http) {
    if (!authorized.test(http.headers().get(HttpHeaderNames.AUTHORIZATION, ""))) {
      answer(ctx, Json.failure(401, "Unauthorized", "Unauthorized"));
      return;
    }
    Optional<ApiRequest> request = ApiRequest.of(http);
    if (request.isPresent()) {
      counter.accept(request.get());
      accept(ctx, request.get(), http.uri());
    } else if (http.method().equals(HttpMethod.POST) && http.uri().equals(REVIEWS)) {
      review(ctx, http.content().toString(StandardCharsets.UTF_8));
    } else if (!http.method().equals(HttpMethod.GET)) {
      answer(ctx, Json.failure(405, "MethodNotAllowed", "not served here"));
    } else if (new QueryStringDecoder(http.uri()).path().equals("/version")) {
      answer(ctx, Json.object().put("major", "1").put("minor", "32").put("gitVersion", "v1.32.0"));
    } else {
      answer(ctx, Json.failure(404, "NotFound", "the server could not find what was asked for"));
    }
  }

  /** SelfSubjectAccessReview: whether the asking account may do something. */
  private void review(ChannelHandlerContext ctx, String body) {
    try {
      JsonNode asked = Json.MAPPER.readTree(body).at("/spec/resourceAttributes");
      ObjectNode review = Json.object();
      review.put("kind", "SelfSubjectAccessReview").put("apiVersion", "authorization.k8s.io/v1");
      review.putObject("metadata");
      review
          .putObject("status")
          .put(
              "allowed",
              !faults.denies(
                  asked.path("verb").asText(),
                  asked.path("resource").asText(),
                  asked.path("subresource").asText()));
      answer(ctx, review, 201);
    } catch (JsonProcessingException e) {
      answer(ctx, Json.failure(400, "BadRequest", "no JSON"));
    }
  }

  private void accept(ChannelHandlerContext ctx, ApiRequest request, String uri) {
    if (faults.stalls()) {
      return;
    }
    Runnable answer = () -> answerOrFail(ctx, request, uri);
    if (faults.delay().isZero()) {
      answer.run();
    } else {
      ctx.executor().schedule(answer, faults.delay().toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void answerOrFail(ChannelHandlerContext ctx, ApiRequest request, String uri) {
    Optional<Faults.Answer> fault = faults.next(request.verb(), request.resource());
    if (fault.isPresent()) {
      answer(ctx, fault.get());
      return;
    }
    ApiCall call = request.call();
    if (faults.denies(call.verb().word(), call.resource(), call.subresource())) {
      answer(ctx, Json.failure(403, "Forbidden", "the account may not: " + call));
      return;
    }
    if (!defined.test(request.resource())) {
      FullHttpResponse unknown = response(404, "404 page not found\n");
      unknown.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
      send(ctx, unknown);
      return;
    }
    switch (request.verb()) {
      case GET -> get(ctx, request);
      case LIST -> list(ctx, request);
      case WATCH -> watch(ctx, request, uri);
      case CREATE -> answer(ctx, writes.create(request), 201);
      case UPDATE -> answer(ctx, writes.update(request));
      case PATCH -> answer(ctx, writes.patch(request));
    }
  }

  private void get(ChannelHandlerContext ctx, ApiRequest request) {
    answer(
        ctx,
        store
            .get(request.resource(), request.namespace(), request.name())
            .orElseGet(() -> Writes.notFound(request)));
  }

  private void list(ChannelHandlerContext ctx, ApiRequest request) {
    String token = request.parameter("continue");
    String[] from =
        token.isEmpty()
            ? new String[] {Long.toString(store.version()), ""}
            : new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8)
                .split(" ", 2);
    if (store.expired(Long.parseLong(from[0]))) {
      answer(ctx, Watches.expired());
      return;
    }
    var page =
        faults.hides(request.resource())
            ? store.list(request.resource(), "no such namespace", "", 0)
            : store.list(
                request.resource(), request.namespace(), from[1], request.number("limit", 0));
    ObjectNode list = Json.object();
    list.put("kind", request.resource().kind() + "List");
    list.put("apiVersion", request.resource().apiVersion());
    ObjectNode metadata = list.withObject("/metadata").put("resourceVersion", "" + page.version());
    if (page.remaining() > 0) {
      String next = from[0] + " " + page.lastKey();
      metadata.put(
          "continue", Base64.getUrlEncoder().encodeToString(next.getBytes(StandardCharsets.UTF_8)));
      metadata.put("remainingItemCount", page.remaining());
    }
    ArrayNode items = list.putArray("items");
    page.items().forEach(items::add);
    answer(ctx, list);
  }

  private void watch(ChannelHandlerContext ctx, ApiRequest request, String uri) {
    long since = request.number("resourceVersion", 0);
    if (since > store.version()) {
      ObjectNode status = Json.failure(504, "Timeout", "Too large resource version: " + since);
      status.withObject("/details").put("retryAfterSeconds", 1);
      answer(ctx, status);
    } else if (request.wantsWebSocket() && faults.refusesWebSockets()) {
      answer(ctx, Json.failure(503, "ServiceUnavailable", "no upgrade here"));
    } else if (request.wantsWebSocket() && !request.headers().contains(HttpHeaderNames.ORIGIN)) {
      answer(ctx, Json.failure(403, "Forbidden", "null origin"));
    } else {
      watches.open(ctx, request, uri, since);
    }
  }

  private void answer(ChannelHandlerContext ctx, Faults.Answer fault) {
    if (fault.garbage()) {
      send(ctx, response(200, "<html>it works!</html>"));
      return;
    }
    var body = Json.failure(fault.status(), "Fault", "as the test wants it");
    FullHttpResponse response = response(fault.status(), body.toString());
    if (fault.retryAfterSeconds() > 0) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, fault.retryAfterSeconds());
    }
    send(ctx, response);
  }

  private void answer(ChannelHandlerContext ctx, ObjectNode body) {
    answer(ctx, body, 200);
  }

  private void answer(ChannelHandlerContext ctx, ObjectNode body, int success) {
    send(ctx, response(Json.failed(body) ? body.path("code").asInt() : success, body.toString()));
  }

  private static FullHttpResponse response(int status, String body) {
    var bytes = Unpooled.copiedBuffer(body, StandardCharsets.UTF_8);
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), bytes);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes.readableBytes());
    return response;
  }

  private void send(ChannelHandlerContext ctx, FullHttpResponse response) {
    response
        .headers()
        .set(
            HttpHeaderNames.DATE,
            DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plus(faults.clockAhead())));
    ctx.writeAndFlush(response);
  }

  /** A client that is gone is no concern of ours. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
