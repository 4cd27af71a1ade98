package io.headgate.takeover.peer;

import io.headgate.takeover.peer.Frame.Carried;
import io.headgate.takeover.peer.Frame.Goodbye;
import io.headgate.takeover.peer.Frame.Hello;
import io.headgate.takeover.peer.Frame.Ping;
import io.headgate.takeover.peer.Frame.Pong;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection between two edges, from TLS to its end; says hello first and waits for the other
 * side's. Belongs to the peer-link thread.
 */
final class PeerConnection extends SimpleChannelInboundHandler<ByteBuf> {
  private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);

  /** By which a peer refuses a certificate, or that there is none (RFC 8446 section 6.2). */
  private static final List<String> ALERTS =
      List.of("certificate_unknown", "bad_certificate", "certificate_required");

  private final Channel channel;
  private final Hello ours;
  private final PeerTimings timings;
  private final Listener listener;
  private @Nullable Hello theirs;
  private @Nullable Future<?> patience;
  private Optional<End> end = Optional.empty();
  private long lastToken;
  private boolean answered = true;
  private long pingedAtNs;
  private OptionalLong roundTripNs = OptionalLong.empty();

  private PeerConnection(Channel channel, Hello ours, PeerTimings timings, Listener listener) {
    super(ByteBuf.class);
    this.channel = channel;
    this.ours = ours;
    this.timings = timings;
    this.listener = listener;
  }

  /** How it ended. */
  enum End {
    /** By the other side's kernel, with FIN or RST. */
    CLOSED,
    /** By an error of the network. */
    CUT,
    OTHER_KEY,
    /** No hello in time. */
    UNANSWERED,
    /** Bytes that are no frames, or no TLS. */
    MALFORMED,
    /** By us. */
    DROPPED
  }

  /** Who is told, on the peer-link thread. */
  interface Listener {
    /** The first event of a connection that has others but {@code ended}. */
    void met(PeerConnection connection, Hello hello);

    void heard(PeerConnection connection, boolean answersLastPing);

    void saidGoodbye(PeerConnection connection, GoodbyeReason reason);

    void received(PeerConnection connection, PeerMessage message);

    /** The last event, once. */
    void ended(PeerConnection connection, End how);
  }

  /** Takes a new channel in hand. */
  static PeerConnection begin(
      Channel channel, SslHandler tls, Hello ours, PeerTimings timings, Listener listener) {
    PeerConnection connection = new PeerConnection(channel, ours, timings, listener);
    channel
        .pipeline()
        .addLast(
            tls,
            new LengthFieldBasedFrameDecoder(
                Integer.BYTES + Frames.MAXIMUM_BYTES, 0, Integer.BYTES, 0, Integer.BYTES),
            connection);
    return connection;
  }

  /** What the other side said of itself; absent before its hello. */
  Optional<Hello> theirs() {
    return Optional.ofNullable(theirs);
  }

  Channel channel() {
    return channel;
  }

  OptionalLong roundTripNs() {
    return roundTripNs;
  }

  void ping() {
    lastToken++;
    answered = false;
    pingedAtNs = System.nanoTime();
    write(new Ping(lastToken));
  }

  /** The latest ping is answered: the other side has read all that was written before it. */
  boolean answered() {
    return answered;
  }

  void goodbye(GoodbyeReason reason) {
    write(new Goodbye(reason));
  }

  /**
   * Whether it was handed to the connection; not where the peer does not read, and can do without.
   */
  boolean send(PeerMessage message) {
    if (message instanceof PeerMessage.Affinity && !channel.isWritable()) {
      return false;
    }
    write(new Carried(message));
    return true;
  }

  /** Closes it after what was written. */
  void drop() {
    finish(End.DROPPED);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    patience =
        context
            .executor()
            .schedule(
                () -> finish(End.UNANSWERED),
                timings.answerWithin().toNanos(),
                TimeUnit.NANOSECONDS);
    context.fireChannelActive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
      write(ours);
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
    if (end.isPresent()) {
      return; // what came with the frame that ended it
    }
    Optional<Frame> frame = Frames.decode(bytes);
    if (theirs == null) {
      if (frame.isPresent() && frame.get() instanceof Hello hello) {
        theirs = hello;
        endPatience();
        listener.met(this, hello);
      } else {
        throw new CorruptedFrameException("a frame before the hello");
      }
    } else if (frame.isEmpty()) {
      listener.heard(this, false);
    } else {
      take(frame.get());
    }
  }

  private void take(Frame frame) {
    switch (frame) {
      case Hello _ -> throw new CorruptedFrameException("a second hello");
      case Ping(var token) -> {
        write(new Pong(token));
        listener.heard(this, false);
      }
      case Pong(var token) -> {
        boolean answersLast = token == lastToken;
        if (answersLast) {
          answered = true;
          roundTripNs = OptionalLong.of(System.nanoTime() - pingedAtNs);
        }
        listener.heard(this, answersLast);
      }
      case Goodbye(var reason) -> listener.saidGoodbye(this, reason);
      case Carried(var message) -> {
        listener.heard(this, false);
        listener.received(this, message);
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("peer link: {}", channel, cause);
    if (cause instanceof ClosedChannelException) {
      return; // a write that came too late; the end itself is told by channelInactive
    }
    if (isOtherKey(cause)) {
      finish(End.OTHER_KEY);
    } else if (cause instanceof DecoderException || cause instanceof SSLException) {
      finish(End.MALFORMED);
    } else if (cause instanceof IOException failure) {
      finish(isReset(failure) ? End.CLOSED : End.CUT);
    } else {
      LOG.error("peer link: a defect", cause);
      finish(End.CUT);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    finish(End.CLOSED);
    context.fireChannelInactive();
  }

  private void finish(End how) {
    if (end.isPresent()) {
      return;
    }
    end = Optional.of(how);
    endPatience();
    listener.ended(this, how); // first what a verdict may hang on
    channel.close();
  }

  private void endPatience() {
    if (patience != null) {
      patience.cancel(false);
      patience = null;
    }
  }

  private void write(Frame frame) {
    // A write that fails is followed by the end of the connection, which is reported once.
    channel.writeAndFlush(Frames.encode(frame), channel.voidPromise());
  }

  /** What we reject throws here; what the other side rejects comes as its alert. */
  private static boolean isOtherKey(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof PeerTls.OtherKeyException
          || (cause instanceof SSLException && ALERTS.stream().anyMatch(message::contains))) {
        return true;
      }
    }
    return false;
  }

  /**
   * The JDK throws a SocketException of its own for a reset that is read. What a write meets has
   * only the C library's words, in the language of the host: not understood, it is left to VRRP.
   */
  static boolean isReset(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return failure instanceof SocketException
        || message.contains("reset")
        || message.contains("Broken pipe");
  }
}
