package io.headgate.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One side of a connection as a Netty channel. What it reads is written to its peer. All fields
 * belong to the connection's event loop.
 *
 * <p>Reading is on demand: the next read is asked for once the peer has room, so at most a read
 * buffer and the peer's high watermark wait in this process.
 */
final class ChannelLeg extends ChannelInboundHandlerAdapter implements Leg {
  private static final Logger log = LoggerFactory.getLogger(Leg.class);

  private final ChannelConnection connection;
  private final SocketChannel channel;
  private @Nullable ChannelLeg peer;
  private long receivedBytes;
  private boolean paused;
  private boolean inputEnded;
  private boolean outputEnding;
  private boolean outputEnded;
  private boolean broken;
  private boolean readToEnd;

  ChannelLeg(ChannelConnection connection, SocketChannel channel) {
    this.connection = connection;
    this.channel = channel;
  }

  SocketChannel channel() {
    return channel;
  }

  @Override
  public @Nullable InetSocketAddress remote() {
    return channel.remoteAddress();
  }

  @Override
  public InetSocketAddress local() {
    return channel.localAddress();
  }

  @Override
  public void readEarly() {
    channel.read();
  }

  @Override
  public boolean ask(TcpInfo info) {
    return info.read(channel);
  }

  @Override
  public void reset() {
    if (channel.isOpen()) {
      try {
        channel.config().setSoLinger(0);
      } catch (ChannelException _) {
        // the socket is already gone
      }
    }
    channel.close();
  }

  @Override
  public void close() {
    channel.close();
  }

  @Override
  public long receivedBytes() {
    return receivedBytes;
  }

  /** The other side does not take more for now. */
  boolean paused() {
    return paused;
  }

  boolean inputEnded() {
    return inputEnded;
  }

  /** It has been told that no more comes, or is about to be. */
  boolean outputEnding() {
    return outputEnding;
  }

  /** Its sender has ended, and it has been told that ours has. */
  boolean finished() {
    return inputEnded && outputEnded;
  }

  /**
   * Reads to the end whether the other side keeps up or not. For a socket that can get no more:
   * what it still holds is bounded, and epoll would report it again and again.
   */
  void readToEnd() {
    readToEnd = true;
    paused = false;
    channel.read();
  }

  /** From now on what is read goes to {@code other}. */
  void join(ChannelLeg other) {
    peer = other;
  }

  /** Hands on what was read before there was a peer, then begins to relay. */
  void begin(ChannelLeg other, @Nullable ByteBuf early) {
    if (early != null) {
      receivedBytes += early.readableBytes();
      other.channel.write(early, other.channel.voidPromise());
      other.channel.flush();
    }
    if (inputEnded) {
      other.endOutput();
    } else {
      readOn(other);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    connection.active(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (connection.relaying() && peer != null) {
      receivedBytes += bytes.readableBytes();
      connection.moved();
      peer.write(bytes);
    } else {
      connection.readEarly(this, bytes);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (connection.relaying() && peer != null) {
      peer.channel.flush();
      readOn(peer);
    } else {
      connection.readEarlyComplete(this);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (connection.relaying() && peer != null && peer.paused && channel.isWritable()) {
      connection.moved();
      peer.readOn(this);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      endOfInput();
    } else if (event instanceof ChannelOutputShutdownEvent && !outputEnding) {
      breaks(); // not we: Netty, after a write that failed
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!finished()) {
      inputEnded = true;
      breaks();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      log.error("a connection is reset because of a fault in the relay", cause);
    }
    breaks();
  }

  private void readOn(ChannelLeg other) {
    paused = !inputEnded && !readToEnd && !other.channel.isWritable();
    if (!inputEnded && !paused) {
      channel.read();
    }
  }

  private void write(ByteBuf bytes) {
    channel.write(fitted(bytes), channel.voidPromise());
  }

  /**
   * While older bytes wait, a small read is copied out of its large buffer: otherwise a trickle to
   * a slow reader would hold a whole read buffer per segment.
   */
  private ByteBuf fitted(ByteBuf bytes) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    if (waiting == null || waiting.isEmpty() || bytes.readableBytes() * 4 >= bytes.capacity()) {
      return bytes;
    }
    ByteBuf copy = channel.alloc().directBuffer(bytes.readableBytes());
    copy.writeBytes(bytes);
    bytes.release();
    return copy;
  }

  private void endOfInput() {
    if (inputEnded) {
      return;
    }
    inputEnded = true;
    if (!connection.relaying() || peer == null) {
      connection.endedEarly(this);
    } else if (broken) {
      connection.passReset(this, peer);
    } else {
      closeIfFinished();
      peer.endOutput();
    }
  }

  /** A socket that has ended both ways is let go at once: epoll reports it for ever. */
  private void closeIfFinished() {
    if (finished()) {
      channel.close();
    }
  }

  /**
   * The connection on this side is gone. A failed write may be all that is ever heard of a reset,
   * and then what was received before it is still to be read: so the reset is passed on when the
   * input has ended.
   */
  private void breaks() {
    broken = true;
    if (!connection.relaying() || peer == null) {
      connection.brokenEarly(this);
    } else if (inputEnded) {
      connection.passReset(this, peer);
    } else {
      readToEnd();
    }
  }

  /** Half-close: says that no more comes, after all that has been written. */
  private void endOutput() {
    if (outputEnding) {
      return;
    }
    outputEnding = true;
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(flushed -> {
          if (!connection.relaying()) {
            return;
          }
          if (flushed.isSuccess()) {
            channel.shutdownOutput().addListener(shut -> outputEnded(shut.isSuccess()));
          } else {
            breaks();
          }
        });
  }

  private void outputEnded(boolean success) {
    if (!connection.relaying()) {
      return;
    }
    if (success) {
      outputEnded = true;
      closeIfFinished();
      connection.finishIfBothEnded();
    } else {
      breaks();
    }
  }
}
