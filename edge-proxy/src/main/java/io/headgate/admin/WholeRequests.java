package io.headgate.admin;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Objects;

/** Puts requests together, and turns away those that are too large before their body is read. */
final class WholeRequests extends HttpObjectAggregator {
  WholeRequests(int bodyBytes) {
    super(bodyBytes, true);
  }

  @Override
  protected Object newContinueResponse(
      HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
    Object response = super.newContinueResponse(start, maxContentLength, pipeline);
    return response instanceof HttpResponse head
            && Objects.equals(head.status(), HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE)
        ? Responses.closing(tooLarge())
        : response;
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
    context.writeAndFlush(Responses.closing(tooLarge())).addListener(ChannelFutureListener.CLOSE);
  }

  private Answer tooLarge() {
    return Answer.error(413, "a request may have %d bytes".formatted(maxContentLength()));
  }
}
