package io.headgate.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One watch being answered: turns changes into events on its channel, with the faults that are set.
 * Everything but {@link #accept} runs on the channel's event loop.
 */
final class WatchConnection implements Consumer<ObjectStore.Change> {
  private static final int LATE_MILLIS = 100;

  private final Channel channel;
  private final boolean webSocket;
  private final ApiRequest request;
  private final Faults faults;
  private @Nullable String heldBack;

  WatchConnection(Channel channel, ApiRequest request, Faults faults) {
    this.channel = channel;
    this.webSocket = request.wantsWebSocket();
    this.request = request;
    this.faults = faults;
  }

  ApiResource resource() {
    return request.resource();
  }

  Channel channel() {
    return channel;
  }

  @Override
  public void accept(ObjectStore.Change change) {
    boolean asked = request.namespace().isEmpty() || request.namespace().equals(change.namespace());
    if (change.resource() == request.resource() && asked) {
      String event = event(change.type(), change.object());
      channel.eventLoop().execute(() -> send(event));
    }
  }

  /** An event that only says how far the watch has come. */
  void bookmark(long version) {
    boolean wanted = Boolean.parseBoolean(request.parameter("allowWatchBookmarks"));
    if (wanted && !faults.does(Faults.Event.NO_BOOKMARKS)) {
      ObjectNode object = Json.object();
      object.put("kind", request.resource().kind());
      object.put("apiVersion", request.resource().apiVersion());
      object.withObject("/metadata").put("resourceVersion", Long.toString(version));
      write(event("BOOKMARK", object));
    }
  }

  /** As a real server tells that it cannot go on: an ERROR event, then the end. */
  void fail(ObjectNode status) {
    write(event("ERROR", status));
    end();
  }

  /** The orderly end of a watch. */
  void end() {
    if (webSocket) {
      channel
          .writeAndFlush(new CloseWebSocketFrame(1000, ""))
          .addListener(ChannelFutureListener.CLOSE);
    } else {
      channel
          .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Half an event, then the end of the connection. */
  void cut() {
    var half = Unpooled.copiedBuffer("{\"type\":\"DELETED\",\"obj", StandardCharsets.UTF_8);
    channel
        .writeAndFlush(
            webSocket ? new TextWebSocketFrame(false, 0, half) : new DefaultHttpContent(half))
        .addListener(ChannelFutureListener.CLOSE);
  }

  /** Sends a text as one event, be it none. */
  void write(String text) {
    if (webSocket) {
      channel.writeAndFlush(new TextWebSocketFrame(text));
    } else {
      channel.writeAndFlush(
          new DefaultHttpContent(Unpooled.copiedBuffer(text + "\n", StandardCharsets.UTF_8)));
    }
  }

  private void send(String event) {
    if (faults.does(Faults.Event.DROP)) {
      return;
    }
    if (faults.does(Faults.Event.REORDER) && heldBack == null) {
      heldBack = event;
      channel.eventLoop().schedule(this::sendHeldBack, LATE_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    write(event);
    if (faults.does(Faults.Event.DUPLICATE)) {
      write(event);
    }
    sendHeldBack();
  }

  private void sendHeldBack() {
    String late = heldBack;
    heldBack = null;
    if (late != null) {
      write(late);
    }
  }

  private static String event(String type, ObjectNode object) {
    ObjectNode event = Json.object().put("type", type);
    event.set("object", object);
    return event.toString();
  }
}
