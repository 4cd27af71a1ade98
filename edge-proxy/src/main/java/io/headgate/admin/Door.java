package io.headgate.admin;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets connections in through one door, and no more than may be inside at once. Its fields belong
 * to the admin event loop.
 */
final class Door extends ChannelInitializer<Channel> {
  private static final Logger LOG = LoggerFactory.getLogger(Door.class);

  private final AdminApi api;
  private final Executor requests;
  private final AdminLimits limits;
  private final ChannelGroup open;
  private final Function<Channel, Gate> gate;
  private int inside;

  /**
   * @param open where every connection is noted for as long as it lives
   */
  Door(
      Edge edge,
      Executor requests,
      AdminLimits limits,
      ChannelGroup open,
      Function<Channel, Gate> gate) {
    this.api = new AdminApi(edge);
    this.requests = requests;
    this.limits = limits;
    this.open = open;
    this.gate = gate;
  }

  @Override
  protected void initChannel(Channel channel) {
    if (inside >= limits.connectionsPerDoor()) {
      LOG.debug("{}: {} connections already, one more is turned away", channel, inside);
      channel.close();
      return;
    }
    inside++;
    channel.closeFuture().addListener(_ -> inside--);
    open.add(channel);
    channel
        .pipeline()
        .addLast(
            new WriteTimeoutHandler(limits.answerTakenWithin().toMillis(), TimeUnit.MILLISECONDS),
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(limits.requestLineBytes())
                    .setMaxHeaderSize(limits.headerBytes())),
            new HttpServerKeepAliveHandler(),
            new WholeRequests(limits.bodyBytes()),
            new FlowControlHandler(), // hands over the next of pipelined requests when asked
            new RequestHandler(api, requests, gate.apply(channel), limits.requestWithin()));
  }
}
