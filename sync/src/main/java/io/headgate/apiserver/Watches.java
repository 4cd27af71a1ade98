package io.headgate.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
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
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The watches that are open, over WebSocket or as lines of a chunked answer. Any thread. */
final class Watches {
  private static final int LARGEST_FRAME_BYTES = 1 << 20;

  private final ObjectStore store;
  private final Faults faults;
  private final Set<WatchConnection> open = ConcurrentHashMap.newKeySet();

  Watches(ObjectStore store, Faults faults) {
    this.store = store;
    this.faults = faults;
  }

  int count() {
    return open.size();
  }

  /** Does something to every open watch, each on its own event loop; returns how many there are. */
  int each(Consumer<WatchConnection> deed) {
    List<WatchConnection> now = List.copyOf(open);
    now.forEach(watch -> watch.channel().eventLoop().execute(() -> deed.accept(watch)));
    return now.size();
  }

  /** Answers a request to watch what follows {@code since}; 0 for all that there is and follows. */
  void open(ChannelHandlerContext ctx, ApiRequest request, String uri, long since) {
    var watch = new WatchConnection(ctx.channel(), request, faults);
    // before the client can know, so that no test is told of a watch that each() passes over
    open.add(watch);
    ctx.channel().closeFuture().addListener(_ -> open.remove(watch));
    ChannelFuture answered = request.wantsWebSocket() ? upgrade(ctx, request, uri) : lines(ctx);
    answered.addListener(_ -> begin(watch, request, since));
  }

  private void begin(WatchConnection watch, ApiRequest request, long since) {
    if (!store.follow(since, watch)) {
      watch.fail(expired());
      return;
    }
    EventLoop loop = watch.channel().eventLoop();
    long seconds = request.number("timeoutSeconds", 1800);
    Future<?> timeout = loop.schedule(() -> finish(watch), seconds, TimeUnit.SECONDS);
    Future<?> bookmarks =
        loop.scheduleAtFixedRate(() -> watch.bookmark(store.version()), 1, 1, TimeUnit.SECONDS);
    watch
        .channel()
        .closeFuture()
        .addListener(_ -> {
          timeout.cancel(false);
          bookmarks.cancel(false);
          store.unfollow(watch);
        });
  }

  static ObjectNode expired() {
    return Json.failure(410, "Expired", "The provided resourceVersion is too old.");
  }

  private static ChannelFuture lines(ChannelHandlerContext ctx) {
    var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    return ctx.writeAndFlush(response);
  }

  private void finish(WatchConnection watch) {
    watch.bookmark(store.version());
    watch.end();
  }

  private static ChannelFuture upgrade(ChannelHandlerContext ctx, ApiRequest request, String uri) {
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
