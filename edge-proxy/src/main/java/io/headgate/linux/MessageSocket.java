package io.headgate.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A socket of messages with their addresses and ancillary data: sendmsg(2), recvmsg(2). Its buffers
 * are made once, outside the heap, and are of the machine's byte order.
 *
 * <p>Owned by one thread at a time: the memory is reused by the next call. What fails answers the
 * negated {@code errno}.
 */
final class MessageSocket implements AutoCloseable {
  static final int SOL_SOCKET = 1;

  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int ADDRESS_BYTES = 128; // struct sockaddr_storage
  private static final int ANCILLARY_BYTES = 256;
  private static final int VALUE_BYTES = 256;

  private final Arena arena = Arena.ofShared(); // opened by one thread and used by another
  private final MemorySegment errno = arena.allocate(StreamCalls.CALL_STATE);
  private final MemorySegment value = arena.allocate(VALUE_BYTES, 8);
  private final MessageMemory in;
  private final MessageMemory out;
  private final int descriptor;
  private boolean closed;

  private MessageSocket(int domain, int type, int protocol, int receiveBytes, int sendBytes) {
    this.in = new MessageMemory(arena, receiveBytes);
    this.out = new MessageMemory(arena, sendBytes);
    this.descriptor = StreamCalls.socket(errno, domain, type | SOCK_CLOEXEC, protocol);
  }

  /**
   * socket(2).
   *
   * @param what is opened, as in "cannot open WHAT"
   * @param capability that the kernel may ask for
   */
  static Attempt<MessageSocket> open(
      int domain,
      int type,
      int protocol,
      int receiveBytes,
      int sendBytes,
      String what,
      String capability) {
    if (!StreamSockets.available()) {
      return new Attempt.Refused<>(
          Errno.ENOSYS, "cannot open " + what + ": needs 64-bit Linux and native access");
    }
    var socket = new MessageSocket(domain, type, protocol, receiveBytes, sendBytes);
    if (socket.descriptor < 0) {
      socket.close();
      return Attempt.Refused.because(socket.descriptor, "open " + what, capability);
    }
    return new Attempt.Succeeded<>(socket);
  }

  int descriptor() {
    return descriptor;
  }

  /** A socket option of type int. */
  int set(int level, int name, int to) {
    value.set(ValueLayout.JAVA_INT, 0, to);
    return StreamCalls.setsockopt(errno, descriptor, level, name, value.address(), Integer.BYTES);
  }

  /** A socket option that is a struct. */
  int set(int level, int name, byte[] to) {
    MemorySegment.copy(to, 0, value, ValueLayout.JAVA_BYTE, 0, to.length);
    return StreamCalls.setsockopt(errno, descriptor, level, name, value.address(), to.length);
  }

  /** A classic BPF program: socket(7), SO_ATTACH_FILTER. */
  int filter(byte[] program) {
    int instructions = program.length / 8; // struct sock_filter
    MemorySegment.copy(program, 0, value, ValueLayout.JAVA_BYTE, 16, program.length);
    value.set(ValueLayout.JAVA_SHORT, 0, (short) instructions); // struct sock_fprog
    value.set(ValueLayout.JAVA_LONG, 8, value.address() + 16);
    return StreamCalls.setsockopt(errno, descriptor, SOL_SOCKET, 26, value.address(), 16);
  }

  int bind(byte[] address) {
    MemorySegment.copy(address, 0, value, ValueLayout.JAVA_BYTE, 0, address.length);
    return StreamCalls.bind(errno, descriptor, value.address(), address.length);
  }

  /** The bytes of a message, in {@link #received}; never waits. */
  int receive() {
    return receive(MSG_DONTWAIT);
  }

  /** As {@link #receive}, but waits as long as SO_RCVTIMEO says. */
  int receiveWaiting() {
    return receive(0);
  }

  private int receive(int flags) {
    in.offer(ADDRESS_BYTES, ANCILLARY_BYTES, in.capacity());
    int answer;
    do {
      answer = MessageCalls.recvmsg(errno, descriptor, in.header.address(), flags);
    } while (answer == -Errno.EINTR);
    if (answer >= 0) {
      in.limit(answer);
    }
    return answer;
  }

  /** What was received, up to the limit; valid until the next. */
  ByteBuffer received() {
    return in.bytes;
  }

  /** Its sender's struct sockaddr. */
  ByteBuffer sender() {
    return in.address;
  }

  ByteBuffer receivedAncillary() {
    return in.ancillary;
  }

  /** It was longer than the buffer. */
  boolean truncated() {
    return (in.header.get(ValueLayout.JAVA_INT, 48) & MSG_TRUNC) != 0;
  }

  /** Where a message is put that is to be sent: empty. */
  ByteBuffer outgoing() {
    return out.bytes.clear();
  }

  /** Where the struct sockaddr is put that it goes to: empty. */
  ByteBuffer recipient() {
    return out.address.clear();
  }

  ByteBuffer outgoingAncillary() {
    return out.ancillary.clear();
  }

  /** Sends what the buffers hold up to their limits; never waits. */
  int send(int addressBytes, int ancillaryBytes, int bytes) {
    out.offer(addressBytes, ancillaryBytes, bytes);
    int answer;
    do {
      answer =
          MessageCalls.sendmsg(
              errno, descriptor, out.header.address(), MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (answer == -Errno.EINTR);
    return answer;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (descriptor >= 0) {
        var _ = StreamCalls.close(errno, descriptor);
      }
      arena.close();
    }
  }

  /** A struct msghdr, which is 56 bytes in glibc and musl, with all that it points to. */
  private static final class MessageMemory {
    private final MemorySegment header;
    private final MemorySegment parts;
    private final ByteBuffer address;
    private final ByteBuffer ancillary;
    private final ByteBuffer bytes;

    MessageMemory(Arena arena, int capacity) {
      MemorySegment addressMemory = arena.allocate(ADDRESS_BYTES, 8);
      MemorySegment ancillaryMemory = arena.allocate(ANCILLARY_BYTES, 8);
      MemorySegment bytesMemory = arena.allocate(capacity, 8);
      this.header = arena.allocate(56, 8);
      this.parts = arena.allocate(16, 8); // struct iovec
      this.address = buffer(addressMemory);
      this.ancillary = buffer(ancillaryMemory);
      this.bytes = buffer(bytesMemory);
      parts.set(ValueLayout.JAVA_LONG, 0, bytesMemory.address());
      header.set(ValueLayout.JAVA_LONG, 0, addressMemory.address());
      header.set(ValueLayout.JAVA_LONG, 16, parts.address());
      header.set(ValueLayout.JAVA_LONG, 24, 1);
      header.set(ValueLayout.JAVA_LONG, 32, ancillaryMemory.address());
    }

    int capacity() {
      return bytes.capacity();
    }

    /** Tells the kernel how much there is, or may be, of each. */
    void offer(int addressBytes, int ancillaryBytes, int messageBytes) {
      header.set(ValueLayout.JAVA_INT, 8, addressBytes);
      header.set(ValueLayout.JAVA_LONG, 40, ancillaryBytes);
      header.set(ValueLayout.JAVA_INT, 48, 0);
      parts.set(ValueLayout.JAVA_LONG, 8, messageBytes);
    }

    /** Sets the limits to what the kernel has written. */
    void limit(int messageBytes) {
      address.clear().limit(Math.min(header.get(ValueLayout.JAVA_INT, 8), ADDRESS_BYTES));
      ancillary.clear().limit((int) header.get(ValueLayout.JAVA_LONG, 40));
      bytes.clear().limit(messageBytes);
    }

    private static ByteBuffer buffer(MemorySegment memory) {
      return memory.asByteBuffer().order(ByteOrder.nativeOrder());
    }
  }
}
