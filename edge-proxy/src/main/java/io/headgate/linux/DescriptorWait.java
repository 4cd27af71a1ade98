package io.headgate.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Waits until one of some descriptors can be read, a time is over, or somebody calls: ppoll(2),
 * whose timeout is in nanoseconds, and eventfd(2).
 *
 * <p>Owned by one platform thread, but for {@link #wake}, which any thread may call, also while
 * this is being closed.
 */
public final class DescriptorWait implements AutoCloseable {
  private static final int EFD_NONBLOCK_CLOEXEC = 0x80800;
  private static final short POLLIN = 1;
  private static final short POLLNVAL = 0x20;
  private static final int ENTRY_BYTES = 8; // struct pollfd: int fd; short events, revents
  private static final long NS_PER_S = 1_000_000_000;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment errno = arena.allocate(StreamCalls.CALL_STATE);
  private final MemorySegment timeout = arena.allocate(16, 8); // struct timespec
  private final MemorySegment count = arena.allocate(8, 8);
  private final MemorySegment entries; // the first is for waking
  private final int wakeDescriptor;
  private int used;

  private final Object waking = new Object(); // guards what follows
  private final MemorySegment wakeErrno = arena.allocate(StreamCalls.CALL_STATE);
  private final MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
  private boolean closed;

  private DescriptorWait(int capacity) {
    this.entries = arena.allocate((capacity + 1L) * ENTRY_BYTES, 8);
    this.wakeDescriptor = MessageCalls.eventfd(errno, 0, EFD_NONBLOCK_CLOEXEC);
    add(wakeDescriptor);
  }

  /**
   * Waits for nothing yet.
   *
   * @param capacity descriptors at most
   */
  public static Attempt<DescriptorWait> open(int capacity) {
    if (!StreamSockets.available()) {
      return new Attempt.Refused<>(
          Errno.ENOSYS, "cannot wait for descriptors: needs 64-bit Linux and native access");
    }
    var wait = new DescriptorWait(capacity);
    if (wait.wakeDescriptor < 0) {
      wait.close();
      return Attempt.Refused.because(wait.wakeDescriptor, "open an eventfd", "nothing");
    }
    return new Attempt.Succeeded<>(wait);
  }

  /** What {@link #wake} writes to. */
  int wakeDescriptor() {
    return wakeDescriptor;
  }

  /**
   * Waits for this one as well, from the next {@link #await} on.
   *
   * @throws IndexOutOfBoundsException where there are too many
   */
  public void add(int descriptor) {
    entries.set(ValueLayout.JAVA_INT, at(used), descriptor);
    entries.set(ValueLayout.JAVA_SHORT, at(used) + 4, POLLIN);
    entries.set(ValueLayout.JAVA_SHORT, at(used) + 6, (short) 0);
    used++;
  }

  /** To be called before the descriptor is closed; one that is not waited for is no error. */
  public void remove(int descriptor) {
    for (int i = 1; i < used; i++) {
      if (entries.get(ValueLayout.JAVA_INT, at(i)) == descriptor) {
        used--;
        entries.set(ValueLayout.JAVA_LONG, at(i), entries.get(ValueLayout.JAVA_LONG, at(used)));
        return;
      }
    }
  }

  /**
   * Returns when a descriptor can be read or has failed, somebody has called {@link #wake} since
   * the last time, or the time is over; a signal may end it early.
   *
   * @param timeoutNs not above zero only looks; {@code Long.MAX_VALUE} is for ever
   * @return whether one of the descriptors is {@link #ready}
   * @throws IllegalStateException where a descriptor has been closed and not removed
   */
  public boolean await(long timeoutNs) {
    long ns = Math.max(0, timeoutNs);
    timeout.set(ValueLayout.JAVA_LONG, 0, ns / NS_PER_S);
    timeout.set(ValueLayout.JAVA_LONG, 8, ns % NS_PER_S);
    int answer = MessageCalls.ppoll(errno, entries.address(), used, timeout.address());
    if (answer == -Errno.EINTR) {
      forgetReady();
      return false;
    }
    if (answer < 0) {
      throw new IllegalStateException("cannot wait for descriptors: " + Errno.text(-answer));
    }
    boolean woken = events(0) != 0;
    if (woken) {
      var _ = MessageCalls.read(errno, wakeDescriptor, count.address(), Long.BYTES);
    }
    return answer > (woken ? 1 : 0);
  }

  /** The last {@link #await} has found that this one can be read, or has failed. */
  public boolean ready(int descriptor) {
    for (int i = 1; i < used; i++) {
      if (entries.get(ValueLayout.JAVA_INT, at(i)) == descriptor) {
        if ((events(i) & POLLNVAL) != 0) {
          throw new IllegalStateException("descriptor " + descriptor + " is closed");
        }
        return events(i) != 0;
      }
    }
    return false;
  }

  /** Lets {@link #await} return, the present or the next. Any thread. */
  public void wake() {
    synchronized (waking) {
      if (!closed) {
        var _ = MessageCalls.write(wakeErrno, wakeDescriptor, one.address(), Long.BYTES);
      }
    }
  }

  private short events(int entry) {
    return entries.get(ValueLayout.JAVA_SHORT, at(entry) + 6);
  }

  private void forgetReady() {
    for (int i = 0; i < used; i++) {
      entries.set(ValueLayout.JAVA_SHORT, at(i) + 6, (short) 0);
    }
  }

  private static long at(int entry) {
    return (long) entry * ENTRY_BYTES;
  }

  @Override
  public void close() {
    synchronized (waking) {
      if (closed) {
        return;
      }
      closed = true;
      if (wakeDescriptor >= 0) {
        var _ = StreamCalls.close(errno, wakeDescriptor);
      }
      arena.close();
    }
  }
}
