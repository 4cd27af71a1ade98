package io.headgate.admin;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.SocketOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: takes a request, has it answered on a thread that may wait, and only then takes
 * the next. Its field belongs to the admin event loop.
 */
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);
  private static final SocketOption<UnixDomainPrincipal> PEER = ExtendedSocketOptions.SO_PEERCRED;

  private final AdminApi api;
  private final Executor requests;
  private final Gate gate;
  private final Duration requestWithin;
  private @Nullable ScheduledFuture<?> patience;

  RequestHandler(AdminApi api, Executor requests, Gate gate, Duration requestWithin) {
    this.api = api;
    this.requests = requests;
    this.gate = gate;
    this.requestWithin = requestWithin;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    awaitRequest(context);
    context.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stopWaiting();
    context.fireChannelInactive();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    stopWaiting();
    if (request.decoderResult().isFailure()) {
      write(context, Responses.closing(garbled(request.decoderResult().cause())));
      return;
    }
    HttpHeaders headers = request.headers();
    Optional<Answer> refusal =
        gate.refusal(headers.getAll(HttpHeaderNames.HOST), headers.getAll(HttpHeaderNames.ORIGIN));
    if (refusal.isPresent()) {
      write(context, Responses.of(refusal.get()));
      return;
    }
    String method = request.method().name();
    String target = request.uri();
    String body = request.content().toString(StandardCharsets.UTF_8);
    context.channel().config().setAutoRead(false);
    requests.execute(() -> answer(context, method, target, body));
  }

  /** On the request's own thread. */
  private void answer(ChannelHandlerContext context, String method, String target, String body) {
    Answer answer = Answer.error(500, "something broke in headgate; its log says what");
    try {
      answer = answered(context.channel(), method, target, body);
    } catch (RuntimeException bug) {
      LOG.error("{} {}", method, target, bug);
    } finally {
      FullHttpResponse response = Responses.of(answer);
      context.executor().execute(() -> write(context, response));
    }
  }

  private Answer answered(Channel channel, String method, String target, String body) {
    if (!target.startsWith("/")) {
      return Answer.error(400, "the request's target must be a path");
    }
    QueryStringDecoder decoder = new QueryStringDecoder(target);
    String path;
    Map<String, List<String>> query;
    try {
      path = decoder.path();
      query = decoder.parameters();
    } catch (IllegalArgumentException broken) {
      return Answer.error(400, "the request's target is malformed");
    }
    return api.answer(new Ask(method, path, query, body, operator(channel)));
  }

  /** Who has connected, by SO_PEERCRED of unix(7). */
  private static Optional<String> operator(Channel channel) {
    if (!(channel instanceof NioDomainSocketChannel)) {
      return Optional.empty();
    }
    try {
      UnixDomainPrincipal peer = channel.config().getOption(NioChannelOption.of(PEER));
      return Optional.of(peer == null ? "someone unknown" : peer.user().getName());
    } catch (ChannelException _) {
      return Optional.of("someone who has left");
    }
  }

  private static Answer garbled(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ -> Answer.error(414, "the request's target is too long");
      case TooLongHttpHeaderException _ -> Answer.error(431, "the request's headers are too long");
      case null, default -> Answer.error(400, "that was no HTTP request");
    };
  }

  private void write(ChannelHandlerContext context, FullHttpResponse response) {
    context
        .writeAndFlush(response)
        .addListener(_ -> {
          if (context.channel().isActive()) {
            awaitRequest(context);
            context.channel().config().setAutoRead(true);
          }
        });
  }

  private void awaitRequest(ChannelHandlerContext context) {
    stopWaiting();
    patience =
        context
            .executor()
            .schedule(() -> context.close(), requestWithin.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void stopWaiting() {
    if (patience != null) {
      patience.cancel(false);
      patience = null;
    }
  }

  /** A client that breaks off or does not take its answer costs it its connection, no more. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("{}: {}", context.channel(), cause.toString());
    context.close();
  }
}
