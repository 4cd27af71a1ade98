package io.headgate.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** The watches that are open, over WebSocket or as lines of a chunked answer. Any thread. */
final class Watches {
  private static final int LARGEST_FRAME_BYTES = 1 << 20;

  private final ObjectStore store;
  private final Faults faults;
  private final Set<Open> open = ConcurrentHashMap.newKeySet();

  Watches(ObjectStore store, Faults faults) {
    this.store = store;
    this.faults = faults;
  }

  private record Open(Channel channel, WatchConnection watch) {}

  int count() {
    return open.size();
  }

  /** Does something to every open watch, each on its own event loop; returns how many there are. */
  int each(BiConsumer<WatchConnection, Channel> deed) {
    Stream<Open> now = open.stream().toList().stream();
    return (int)
        now.peek(one -> one.channel.eventLoop().execute(() -> deed.accept(one.watch, one.channel)))
            .count();
  }

  /**
   * Answers a request to watch.
   *
   * @param refusal told inside the watch, which then ends
   */
  void open(
      ChannelHandlerContext ctx,
      ApiRequest request,
      String uri,
      long since,
      Optional<ObjectNode> refusal) {
    boolean webSocket = request.wantsWebSocket();
    var watch = new WatchConnection(ctx.channel(), webSocket, request, faults);
    if (webSocket) {
      upgrade(ctx, request, uri)
          .addListener(_ -> begin(ctx.channel(), watch, request, since, refusal));
    } else {
      var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
      response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      ctx.writeAndFlush(response);
      begin(ctx.channel(), watch, request, since, refusal);
    }
  }

  private void begin(
      Channel channel,
      WatchConnection watch,
      ApiRequest request,
      long since,
      Optional<ObjectNode> refusal) {
    if (refusal.isPresent()) {
      watch.fail(refusal.get());
      return;
    }
    var entry = new Open(channel, watch);
    open.add(entry);
    store.follow(since, watch);
    Future<?> timeout =
        channel
            .eventLoop()
            .schedule(
                () -> finish(watch), request.number("timeoutSeconds", 1800), TimeUnit.SECONDS);
    Future<?> bookmarks =
        channel
            .eventLoop()
            .scheduleAtFixedRate(() -> watch.bookmark(store.version()), 1, 1, TimeUnit.SECONDS);
    channel
        .closeFuture()
        .addListener(_ -> {
          timeout.cancel(false);
          bookmarks.cancel(false);
          store.unfollow(watch);
          open.remove(entry);
        });
  }

  private void finish(WatchConnection watch) {
    watch.bookmark(store.version());
    watch.end();
  }

  private static io.netty.channel.ChannelFuture upgrade(
      ChannelHandlerContext ctx, ApiRequest request, String uri) {
    var http =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.GET,
            uri,
            Unpooled.EMPTY_BUFFER,
            request.headers(),
            EmptyHttpHeaders.INSTANCE);
    ctx.pipeline().addLast(new Frames());
    return new WebSocketServerHandshakerFactory(uri, null, true, LARGEST_FRAME_BYTES)
        .newHandshaker(http)
        .handshake(ctx.channel(), http);
  }

  /** What a watching client may say: ping, and goodbye. */
  private static final class Frames extends SimpleChannelInboundHandler<WebSocketFrame> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
      if (frame instanceof PingWebSocketFrame) {
        ctx.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
      } else if (frame instanceof CloseWebSocketFrame) {
        ctx.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
