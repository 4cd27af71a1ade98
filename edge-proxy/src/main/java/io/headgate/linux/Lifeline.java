package io.headgate.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A TCP listener whose connections tell that this process lives: it says on each whose it is, eight
 * bytes in network order, and nothing more. It and they are closed in the instant in which the
 * process is killed.
 *
 * <p>The sockets of the process itself are not. The kernel first gives back the memory of a process
 * that dies, which takes a JVM 15 to 50 ms, and then closes its files one by one, some of which
 * wait for all CPUs (exit_mm and exit_files of kernel/exit.c). But what is only in a thread's own
 * table of files is closed when that thread ends, and unless it is the last to end, that is before
 * the memory goes.
 *
 * <p>Its thread holds the sockets in such a table ({@link PrivateFiles}) and does nothing else.
 * Whoever is not known is turned away, so that strangers take nobody's place.
 */
public final class Lifeline implements AutoCloseable {
  private static final int MOST = 64; // connections; then the oldest goes
  private static final int BACKLOG = 16;
  private static final int REHEARSED = 3; // rounds: the first links, the second runs what it linked
  private static final long REHEARSAL_NS = 1_000_000_000; // much more than it takes
  private static final long PAUSE_NS = 100_000_000;
  private static final InetSocketAddress LOOPBACK =
      new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

  private final InetSocketAddress address;
  private final Set<InetAddress> known;
  private final long id;
  private final Consumer<Throwable> onBug;
  private final DescriptorWait wait;
  private final Thread thread;
  private final CompletableFuture<Integer> opened = new CompletableFuture<>(); // port or -errno
  private volatile String doing = "be closed from 127.0.0.1 by itself (is lo down?)";
  private volatile boolean closing;

  private Lifeline(
      InetSocketAddress address,
      Set<InetAddress> known,
      long id,
      Consumer<Throwable> onBug,
      DescriptorWait wait) {
    this.address = address;
    this.known = known;
    this.id = id;
    this.onBug = onBug;
    this.wait = wait;
    this.thread = Thread.ofPlatform().daemon().name("lifeline").unstarted(this::run);
  }

  /**
   * Listens, on a thread of its own. Takes some tenths of a second: what that thread is to do, it
   * has done once before it opens.
   *
   * @param known who may hold a connection, now and whenever it is asked; any thread
   * @param id what it says
   * @param onBug called on its thread, which still holds the sockets, so that nobody takes the
   *     process for dead: it has to end the process, and does not return before
   */
  public static Attempt<Lifeline> open(
      InetSocketAddress address, Set<InetAddress> known, long id, Consumer<Throwable> onBug) {
    return DescriptorWait.open(MOST + 1)
        .then(wait -> {
          var lifeline = new Lifeline(address, known, id, onBug, wait);
          lifeline.thread.start();
          int answer = lifeline.opened.join();
          if (answer < 0) {
            lifeline.close();
            return Attempt.Refused.because(answer, lifeline.doing, "CAP_NET_BIND_SERVICE");
          }
          return new Attempt.Succeeded<>(lifeline);
        });
  }

  /** The port it has. */
  public int port() {
    return opened.join();
  }

  /** Closes them all. */
  @Override
  public void close() {
    closing = true;
    wait.wake();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // its memory must not go before it
      }
    }
    wait.close(); // here, where the process has it
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("CatchingUnchecked") // whatever it is, the sockets stay
  private void run() {
    try {
      hold(new Listener(wait, address, known, id));
    } catch (RuntimeException | Error bug) {
      onBug.accept(bug);
    } finally {
      opened.complete(-Errno.EINVAL); // where nothing else was said
    }
  }

  private void hold(Listener listener) {
    if (!rehearsed()) {
      opened.complete(-Errno.ENETDOWN);
      return;
    }
    doing = "give a thread its own table of files: unshare(2) and /proc";
    int answer = PrivateFiles.enterWith(wait.wakeDescriptor());
    if (answer == 0) {
      doing = "listen on the port after that of the link";
      answer = listener.open();
    }
    opened.complete(answer);
    while (answer >= 0 && !closing) {
      wait.await(Long.MAX_VALUE);
      listener.turn();
    }
    // The sockets close with the thread.
  }

  /** Every call that is to come, and its answers. */
  private static boolean rehearsed() {
    Attempt<DescriptorWait> own = DescriptorWait.open(MOST + 1);
    if (!(own instanceof Attempt.Succeeded<DescriptorWait>(DescriptorWait other))) {
      return false;
    }
    try (other) {
      for (int round = 0; round < REHEARSED; round++) {
        if (!new Listener(other, LOOPBACK, Set.of(LOOPBACK.getAddress()), 0).rehearse()) {
          return false;
        }
      }
      return true;
    }
  }

  /** The listener and its connections; belongs to the thread that opens it. */
  private static final class Listener {
    private final StreamSockets sockets = new StreamSockets();
    private final DescriptorWait wait;
    private final InetSocketAddress address;
    private final Set<InetAddress> known;
    private final MemorySegment said = Arena.global().allocate(Long.BYTES, Long.BYTES);
    private final Deque<Integer> held = new ArrayDeque<>(); // the oldest first
    private int listener = -1;

    Listener(DescriptorWait wait, InetSocketAddress address, Set<InetAddress> known, long id) {
      this.wait = wait;
      this.address = address;
      this.known = known;
      said.set(ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN), 0, id);
    }

    /** The port, or the negated errno. */
    int open() {
      boolean ipv6 = address.getAddress() instanceof Inet6Address;
      listener = sockets.open(ipv6);
      if (listener < 0) {
        return listener;
      }
      int answer = sockets.set(listener, SocketOption.REUSE_ADDRESS, 1);
      if (answer == 0) {
        answer = sockets.bind(listener, address, ipv6);
      }
      if (answer == 0) {
        answer = sockets.listen(listener, BACKLOG);
      }
      if (answer < 0) {
        sockets.close(listener);
        return answer;
      }
      wait.add(listener);
      return sockets.localAddress(listener).getPort();
    }

    void turn() {
      for (int end : held.toArray(Integer[]::new)) {
        if (wait.ready(end)) { // closed, or somebody speaks who should not
          drop(end);
        }
      }
      if (wait.ready(listener)) {
        int next = sockets.accept(listener);
        while (next >= 0) {
          take(next);
          next = sockets.accept(listener);
        }
        if (next != -Errno.EAGAIN && next != -Errno.ECONNABORTED) {
          LockSupport.parkNanos(PAUSE_NS); // out of something, of which there is more later
        }
      }
    }

    private void take(int connection) {
      boolean welcome =
          known.contains(sockets.accepted().getAddress())
              && sockets.send(connection, said.address(), Long.BYTES, false) == Long.BYTES;
      if (!welcome) {
        sockets.close(connection);
        return;
      }
      if (held.size() == MOST) {
        drop(held.getFirst());
      }
      held.add(connection);
      wait.add(connection);
    }

    private void drop(int connection) {
      held.remove((Integer) connection);
      wait.remove(connection);
      sockets.close(connection);
    }

    /** Accepts one who connects and goes, and closes; false where that cannot be done. */
    boolean rehearse() {
      int port = open();
      if (port < 0) {
        return false;
      }
      int client = sockets.open(false);
      var _ = sockets.connect(client, new InetSocketAddress(address.getAddress(), port), false);
      boolean accepted = turned(1);
      sockets.close(client);
      boolean ended = turned(0);
      for (int left : held.toArray(Integer[]::new)) {
        drop(left);
      }
      wait.remove(listener);
      sockets.close(listener);
      return accepted && ended;
    }

    /** Turns until it holds so many, within a time. */
    private boolean turned(int count) {
      long untilNs = System.nanoTime() + REHEARSAL_NS;
      while (held.size() != count && System.nanoTime() - untilNs < 0) {
        wait.await(REHEARSAL_NS);
        turn();
      }
      return held.size() == count;
    }
  }
}
