package io.headgate.relay;

import io.headgate.model.Listener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import java.net.Inet4Address;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives what one listening socket accepts to a loop. The field belongs to the listening socket's
 * loop.
 */
final class Accepting extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Accepting.class);
  private static final long PAUSE_MS = 100;

  private final Listener listener;
  private final Supplier<ChannelLoop> nextLoop;
  private final boolean setKeepAlive;
  private boolean failing;

  /**
   * @param nextLoop whose the next connection is
   * @param setKeepAlive where the listening socket could not be told once for all that it accepts
   */
  Accepting(Listener listener, Supplier<ChannelLoop> nextLoop, boolean setKeepAlive) {
    this.listener = listener;
    this.nextLoop = nextLoop;
    this.setKeepAlive = setKeepAlive;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    SocketChannel channel = (SocketChannel) message;
    failing = false;
    if (isForeign(channel)) {
      channel.unsafe().closeForcibly();
      return;
    }
    ChannelLoop loop = nextLoop.get();
    ChannelLoop.configure(channel);
    if (setKeepAlive) {
      channel.config().setKeepAlive(true);
    }
    channel.pipeline().addLast(new ChannelConnection(loop, listener, channel).client());
    loop.register(channel)
        .addListener(registered -> {
          if (!registered.isSuccess()) {
            channel.unsafe().closeForcibly();
          }
        });
  }

  /** Netty's io_uring listener for 0.0.0.0 is bound to both families. */
  private boolean isForeign(SocketChannel channel) {
    return listener.address() instanceof Inet4Address
        && channel.localAddress() != null
        && !(Peers.normalised(channel.localAddress()).getAddress() instanceof Inet4Address);
  }

  /**
   * Accept has failed, nearly always for want of file descriptors: the listener stays ready, so
   * without a pause the loop would spin until connections end.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!failing) {
      failing = true;
      log.warn("cannot accept on {}: {}; pausing between attempts", listener, cause.toString());
    }
    context.channel().config().setAutoRead(false);
    context
        .executor()
        .schedule(
            () -> context.channel().config().setAutoRead(true), PAUSE_MS, TimeUnit.MILLISECONDS);
  }
}
