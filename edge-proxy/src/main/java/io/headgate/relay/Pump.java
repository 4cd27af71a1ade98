package io.headgate.relay;

import io.headgate.linux.DirectMemory;
import io.headgate.linux.Errno;
import io.headgate.linux.StreamSockets;
import io.headgate.linux.StreamSockets.Pipe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes from one side of a connection to the other, until one of them can no more. All
 * connections of a loop share its one buffer, because what was read is written at once; only what
 * the other side does not take is kept with the connection. Owned by one event loop.
 */
final class Pump {
  /** The most that a stalled connection holds outside of a pipe. */
  static final int BUFFER_BYTES = 65_536;

  /** What all that stall may hold together before each is held to less. */
  private static final long PLENTY_BYTES = 64L * 1024 * 1024;

  private static final int SHORT_BYTES = 4_096;
  private static final int TURNS = 16;

  private final StreamSockets sockets;
  private final Pipes pipes;
  private final Splicing splicing;
  private final ByteBuf buffer = Unpooled.directBuffer(BUFFER_BYTES, BUFFER_BYTES);
  private long keptBytes;
  private final long address = DirectMemory.address(buffer.internalNioBuffer(0, BUFFER_BYTES));

  /** How moving has ended for now. */
  enum Outcome {
    /** One side has nothing, or the other takes nothing: epoll will tell. */
    WAITING,
    /** There is more, but others are to have their turn. */
    TURN_OVER,
    /** The source has ended, and the sink's kernel has all of it. */
    ENDED,
    /** The source's connection is gone, and the sink's kernel has all that came before. */
    SOURCE_BROKEN,
    /** The sink's connection is gone. */
    SINK_BROKEN
  }

  Pump(StreamSockets sockets, Pipes pipes, Splicing splicing) {
    this.sockets = sockets;
    this.pipes = pipes;
    this.splicing = splicing;
  }

  /** The loop's buffer, empty. */
  ByteBuf buffer() {
    return buffer.clear();
  }

  /** The loop's buffer with what {@link #read} has read. */
  ByteBuf filled() {
    return buffer;
  }

  /** Reads into the buffer; answers as recv(2) does. */
  long read(FastLeg from) {
    long bytes = sockets.receive(from.number(), address, BUFFER_BYTES);
    if (bytes > 0) {
      buffer.setIndex(0, (int) bytes);
    }
    return bytes;
  }

  Outcome move(FastLeg from, FastLeg to) {
    for (int turn = 0; turn < TURNS; turn++) {
      Outcome outcome = step(from, to);
      if (outcome != null) {
        return outcome;
      }
    }
    return Outcome.TURN_OVER;
  }

  /** Null where it can go on. */
  private @Nullable Outcome step(FastLeg from, FastLeg to) {
    if (from.holds()) {
      return flush(from, to);
    }
    if (from.inputEnded()) {
      return from.broken() ? Outcome.SOURCE_BROKEN : Outcome.ENDED;
    }
    if (!from.readable() || !to.writable() || to.broken()) {
      return Outcome.WAITING;
    }
    Pipe pipe = splices(from) ? pipes.take() : null;
    return pipe == null ? copy(from, to, 0) : splice(from, to, pipe);
  }

  private boolean splices(FastLeg from) {
    if (from.urgent()) {
      return false;
    }
    return switch (splicing) {
      case ADAPTIVE -> from.bulk();
      case NEVER -> false;
      case ALWAYS -> true;
    };
  }

  /** Hands on what waits. Null once nothing does. */
  @Nullable Outcome flush(FastLeg from, FastLeg to) {
    if (!to.writable()) {
      return Outcome.WAITING;
    }
    Pipe pipe = from.pipe();
    return pipe == null ? flushHeld(from, to) : flushPipe(from, to, pipe);
  }

  private @Nullable Outcome flushHeld(FastLeg from, FastLeg to) {
    ByteBuf held = from.held();
    if (held == null) {
      return null;
    }
    int waiting = held.readableBytes();
    long start = DirectMemory.address(held.internalNioBuffer(held.readerIndex(), waiting));
    to.writes();
    long sent = sockets.send(to.number(), start, waiting, false);
    if (sent < 0 && sent != -Errno.EAGAIN) {
      return Outcome.SINK_BROKEN;
    }
    if (sent < waiting) {
      held.skipBytes((int) Math.max(0, sent));
      to.awaitWritable();
      return Outcome.WAITING;
    }
    from.letGo();
    return null;
  }

  private @Nullable Outcome flushPipe(FastLeg from, FastLeg to, Pipe pipe) {
    while (from.pipedBytes() > 0) {
      to.writes();
      long sent = sockets.splice(pipe.output(), to.number(), from.pipedBytes());
      if (sent == -Errno.EAGAIN) {
        to.awaitWritable();
        return Outcome.WAITING;
      }
      if (sent <= 0 && sent != -Errno.EINTR) {
        return Outcome.SINK_BROKEN;
      }
      from.leftPipe(Math.max(0, sent));
    }
    from.letGo();
    return null;
  }

  private @Nullable Outcome splice(FastLeg from, FastLeg to, Pipe pipe) {
    long bytes = sockets.splice(from.number(), pipe.input(), Pipes.BYTES);
    if (bytes <= 0) {
      pipes.giveBack(pipe);
      // It also answers 0 before an urgent byte; recv(2) knows better.
      return bytes == 0 ? copy(from, to, 0) : received(from, bytes);
    }
    from.received(bytes, bytes >= BUFFER_BYTES);
    from.fill(pipe, bytes);
    if (from.patient() && !from.hungUp() && bytes < BulkStream.LITTLE_BYTES) {
      from.drained(); // but for what is not worth a call now
    }
    return flushPipe(from, to, pipe);
  }

  /** What a read means that has brought nothing. */
  private static @Nullable Outcome received(FastLeg from, long answer) {
    if (answer == -Errno.EAGAIN) {
      from.drained();
      return Outcome.WAITING;
    }
    if (answer != -Errno.EINTR) {
      from.endInput();
      if (answer < 0) {
        from.breaks();
      }
    }
    return null;
  }

  /**
   * Sends what is in the buffer already, and what the source has, in one.
   *
   * @param filled bytes at the buffer's beginning
   */
  Outcome begin(FastLeg from, FastLeg to, int filled) {
    Outcome outcome = copy(from, to, filled);
    return outcome == null ? move(from, to) : outcome;
  }

  private @Nullable Outcome copy(FastLeg from, FastLeg to, int filled) {
    int bytes = filled;
    @Nullable Outcome outcome = null;
    if (from.readable() && !from.inputEnded()) {
      outcome = fill(from, filled);
      bytes = buffer.writerIndex();
    }
    if (bytes == 0) {
      return outcome;
    }
    to.writes();
    long sent = sockets.send(to.number(), address, bytes, from.inputEnded() && !from.broken());
    if (sent < 0 && sent != -Errno.EAGAIN) {
      return Outcome.SINK_BROKEN;
    }
    if (sent < bytes) {
      keep(from, (int) Math.max(0, sent), bytes);
      to.awaitWritable();
      return Outcome.WAITING;
    }
    return outcome;
  }

  private void keep(FastLeg from, int begin, int end) {
    ByteBuf rest = PooledByteBufAllocator.DEFAULT.directBuffer(end - begin);
    from.hold(rest.writeBytes(buffer, begin, end - begin));
  }

  /** A leg holds so many bytes of memory more, or fewer. */
  void kept(long change) {
    keptBytes += change;
  }

  /** How much may be read at once: the sink may refuse it all, and then it is kept. */
  private int room() {
    return keptBytes < PLENTY_BYTES ? BUFFER_BYTES : SHORT_BYTES;
  }

  /**
   * Reads behind what is in the buffer. A read that does not fill it has emptied the socket, and
   * the next bytes will be told. Where the end is known to be near it is read as well, so that it
   * can go into the last segment.
   */
  private @Nullable Outcome fill(FastLeg from, int filled) {
    int room = room();
    int end = filled;
    while (true) {
      long bytes = sockets.receive(from.number(), address + end, room - end);
      if (bytes <= 0) {
        buffer.setIndex(0, end);
        return received(from, bytes);
      }
      end += (int) bytes;
      from.received(bytes, end == room);
      if (end == room) {
        break;
      }
      if (!from.hungUp() && !from.urgent()) { // before an urgent byte a read stops as well
        from.drained();
        break;
      }
      if (from.endsAfterShortRead()) {
        from.endInput();
        break;
      }
    }
    buffer.setIndex(0, end);
    return null;
  }

  void close() {
    buffer.release();
  }
}
