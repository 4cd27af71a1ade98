package io.headgate.relay;

import io.headgate.linux.SocketOption;
import io.headgate.linux.StreamSockets.Pipe;
import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One side of a connection of the fast relay: a socket, what epoll has said of it, and what was
 * read from it and not yet taken by the other side. All fields belong to the connection's loop.
 *
 * <p>Registered once, edge-triggered: what epoll has said holds until a call answers EAGAIN.
 */
final class FastLeg implements Leg, EpollIoHandle {
  private static final int IN = EpollIoOps.EPOLLIN.value();
  private static final int OUT = EpollIoOps.EPOLLOUT.value();
  private static final int ERR = EpollIoOps.EPOLLERR.value();
  private static final int RDHUP = EpollIoOps.EPOLLRDHUP.value();
  private static final int PRI = 0x2; // for which, as for the next, Netty has no name
  private static final int HUP = 0x10;
  private static final EpollIoOps READING =
      EpollIoOps.valueOf(IN | PRI | RDHUP | EpollIoOps.EPOLLET.value());
  private static final EpollIoOps BOTH =
      EpollIoOps.valueOf(IN | PRI | OUT | RDHUP | EpollIoOps.EPOLLET.value());

  private final FastLoop loop;
  private final FastConnection connection;
  private final FileDescriptor descriptor;
  private final InetSocketAddress remote;
  private final Runnable again = this::takeTurn;
  private final Runnable ready;
  private boolean awaitsTurn;
  private @Nullable IoRegistration registration;
  private boolean open = true;
  private boolean watchesOutput;
  private boolean written;
  private boolean noDelay;

  // What epoll has said.
  private boolean readable;
  private boolean writable = true;
  private boolean urgent;
  private boolean hungUp;
  private boolean failing;
  private boolean failed;

  // How far the stream has come.
  private long receivedBytes;
  private boolean inputEnded;
  private boolean outputEnded;
  private boolean broken;

  // Read from this side, to be written to the other: at most one of them.
  private @Nullable ByteBuf held;
  private @Nullable Pipe pipe;
  private long pipedBytes;
  private final BulkStream stream = new BulkStream();
  private boolean patient;
  private boolean lookedAfter;

  private boolean connecting;
  private long connectDeadlineNs;

  FastLeg(FastLoop loop, FastConnection connection, int fd, InetSocketAddress remote) {
    this.loop = loop;
    this.connection = connection;
    this.descriptor = new FileDescriptor(fd);
    this.remote = remote;
    this.ready = () -> connection.ready(this);
  }

  int number() {
    return descriptor.intValue();
  }

  // Its place in epoll

  /** Begins to hear of what can be read and of the end: for a socket that was accepted. */
  void watchInput() {
    noDelay = true; // from the listening socket
    registration = loop.register(this);
    registration.submit(READING);
  }

  /** Begins to hear of all, which for a socket that connects includes the answer. */
  void watchAll() {
    watchesOutput = true;
    registration = loop.register(this);
    registration.submit(BOTH);
  }

  /**
   * Something is to be written. What is written first goes out at once; from then on small segments
   * would wait for the peer's word unless told not to (RFC 1122 section 4.2.3.4). A socket that was
   * accepted has been told.
   */
  void writes() {
    if (!written) {
      written = true;
    } else if (!noDelay) {
      noDelay = true;
      loop.sockets().set(number(), SocketOption.NO_DELAY, 1);
    }
  }

  /** The socket takes no more until epoll says so. */
  void awaitWritable() {
    writable = false;
    if (!watchesOutput && registration != null) {
      watchesOutput = true;
      registration.submit(BOTH); // which reports at once what is so already
    }
  }

  /**
   * No longer hears that it can be written, which epoll would say with every read, and Netty makes
   * two objects of each event that says both.
   */
  void watchInputOnly() {
    if (watchesOutput && writable && registration != null) {
      watchesOutput = false;
      registration.submit(READING);
    }
  }

  @Override
  public FileDescriptor fd() {
    return descriptor;
  }

  @Override
  public void handle(IoRegistration from, IoEvent event) {
    int said = ((EpollIoEvent) event).ops().value();
    if ((said & (IN | PRI | RDHUP | HUP | ERR)) != 0) {
      readable = true;
    }
    if ((said & PRI) != 0) {
      urgent = true;
    }
    if ((said & (OUT | HUP | ERR)) != 0) {
      writable = true;
    }
    if ((said & (RDHUP | HUP | ERR)) != 0) {
      hungUp = true;
    }
    if ((said & (HUP | ERR)) != 0) {
      failing = true;
      failed = true;
    }
    ready();
  }

  private void ready() {
    if (open) {
      connection.contain(ready);
    }
  }

  /** Goes on after all others have had their turn. */
  void again() {
    if (!awaitsTurn) {
      awaitsTurn = true;
      // Scheduled, because a task is run before epoll is asked for what others wait for.
      loop.worker().loop().schedule(again, 0, TimeUnit.NANOSECONDS);
    }
  }

  private void takeTurn() {
    awaitsTurn = false;
    ready();
  }

  // What epoll has said

  boolean readable() {
    return readable;
  }

  void drained() {
    readable = false;
    stream.drained();
    followStream();
  }

  boolean writable() {
    return writable;
  }

  /** The end has come; what was sent before may still be there to be read. */
  boolean hungUp() {
    return hungUp;
  }

  /**
   * The end has come in order, and nothing that makes a read stop before it: one that brings less
   * than it could has read to the end.
   */
  boolean endsAfterShortRead() {
    return hungUp && !failed && !urgent && !broken;
  }

  /** An urgent byte has come, at which splice(2) stops as if nothing followed. */
  boolean urgent() {
    return urgent;
  }

  /** An error or the end of both directions was told since this was last asked. */
  boolean takeFailing() {
    boolean was = failing;
    failing = false;
    return was;
  }

  // How far the stream has come

  @Override
  public long receivedBytes() {
    return receivedBytes;
  }

  /** Bytes that the other side's kernel has taken. */
  long handedOnBytes() {
    return receivedBytes - pipedBytes - (held == null ? 0 : held.readableBytes());
  }

  /**
   * @param full as much as could be read at once
   */
  void received(long bytes, boolean full) {
    receivedBytes += bytes;
    stream.read(bytes, full);
    followStream();
  }

  /** The other side has said something. */
  void otherSpoke() {
    stream.otherSpoke();
    followStream();
  }

  /** Where much comes and goes on to come, epoll is to tell only of much. */
  private void followStream() {
    if (stream.patient() != patient) {
      patient = stream.patient();
      loop.sockets()
          .set(number(), SocketOption.RECEIVE_LOW_WATER, patient ? BulkStream.WORTH_BYTES : 1);
    }
    if (wantsLook() && !lookedAfter) {
      lookedAfter = true;
      loop.awaitMuch(this);
    }
  }

  boolean inputEnded() {
    return inputEnded;
  }

  void endInput() {
    inputEnded = true;
  }

  boolean outputEnded() {
    return outputEnded;
  }

  void endOutput() {
    outputEnded = true;
  }

  /** The connection on this side is gone; what it sent before may still be there to be read. */
  boolean broken() {
    return broken;
  }

  void breaks() {
    broken = true;
    readable = true;
    hungUp = true;
  }

  // What waits for the other side

  boolean holds() {
    return held != null || pipe != null;
  }

  @Nullable ByteBuf held() {
    return held;
  }

  /** Keeps bytes, which are this leg's now. */
  void hold(ByteBuf bytes) {
    held = bytes;
    loop.pump().kept(bytes.capacity());
  }

  @Nullable Pipe pipe() {
    return pipe;
  }

  long pipedBytes() {
    return pipedBytes;
  }

  void fill(Pipe filled, long bytes) {
    pipe = filled;
    pipedBytes = bytes;
  }

  void leftPipe(long bytes) {
    pipedBytes -= bytes;
  }

  /** All of it has gone to the other side, or nobody wants it any more. */
  void letGo() {
    if (held != null) {
      loop.pump().kept(-held.capacity());
      held.release();
      held = null;
    }
    if (pipe != null) {
      if (pipedBytes == 0) {
        loop.pipes().giveBack(pipe);
      } else {
        loop.pipes().discard(pipe);
      }
      pipe = null;
      pipedBytes = 0;
    }
  }

  /** Much comes at once. */
  boolean bulk() {
    return stream.bulk();
  }

  /** Whether little that has come may wait for more. */
  boolean patient() {
    return patient && open;
  }

  /**
   * Epoll may be silent about what has come. Where there is something to be read already, it waits
   * for the other side, of which epoll tells.
   */
  boolean wantsLook() {
    return patient() && !readable;
  }

  /** The loop looks at it no more. */
  void leftAlone() {
    lookedAfter = false;
  }

  /** Looks at what has come meanwhile, however little, if the stream has come to rest. */
  void lookIfResting() {
    if (stream.resting()) {
      readable = true;
      ready();
      stream.looked();
      followStream();
    }
  }

  // Connecting

  void answerBy(long deadlineNs) {
    connecting = true;
    connectDeadlineNs = deadlineNs;
  }

  /** False when the answer had already come. */
  boolean answered() {
    boolean was = connecting;
    connecting = false;
    return was;
  }

  /** Still without an answer after its time. */
  boolean late(long nowNs) {
    return connecting && open && nowNs - connectDeadlineNs >= 0;
  }

  boolean awaitsAnswer() {
    return connecting && open;
  }

  void late() {
    connection.contain(() -> connection.late(this));
  }

  // As every leg

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public InetSocketAddress local() {
    return loop.sockets().localAddress(number());
  }

  @Override
  public void readEarly() {
    connection.readHeader();
  }

  @Override
  public boolean ask(TcpInfo info) {
    return open && info.read(loop.sockets(), number());
  }

  @Override
  public void reset() {
    if (open) {
      loop.sockets().resetOnClose(number());
      close();
    }
  }

  /**
   * Closed after all events that epoll has told together with the present one: until then nobody
   * gets its number, and so nobody else's events.
   */
  @Override
  public void close() {
    if (open) {
      open = false;
      connecting = false;
      loop.closeSoon(this);
    }
  }

  /** First the socket, which takes it out of epoll, then Netty's record of it. */
  void closeNow() {
    try {
      descriptor.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (registration != null) {
      registration.cancel();
    }
  }
}
