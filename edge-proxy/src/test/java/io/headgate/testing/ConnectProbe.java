package io.headgate.testing;

import io.headgate.testing.ProbeRecord.Attempt;
import io.headgate.testing.ProbeRecord.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A client that opens a new connection every ten milliseconds, whatever became of those before, and
 * reads the name that the server sends: see {@link #nameServer}. Its sockets are in the namespace
 * of a host; a thread of its own owns them, only the list of what has ended is shared.
 */
public final class ConnectProbe implements AutoCloseable {
  /** From one attempt to the next. */
  public static final Duration PACE = Duration.ofMillis(10);

  /** Shorter than the kernel's first retransmission, which would make a late success of a loss. */
  public static final Duration PATIENCE = Duration.ofMillis(900);

  private final List<InetSocketAddress> targets;
  private final ConcurrentLinkedQueue<Attempt> ended = new ConcurrentLinkedQueue<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Thread thread;

  private ConnectProbe(NetworkNamespace client, List<InetSocketAddress> targets) {
    this.targets = List.copyOf(targets);
    this.thread = client.thread(this::run);
    thread.setUncaughtExceptionHandler((_, thrown) -> failure.set(thrown));
  }

  /**
   * Begins; each target is connected to at every beat.
   *
   * @param client where it connects from
   */
  public static ConnectProbe start(NetworkNamespace client, InetSocketAddress... targets) {
    ConnectProbe probe = new ConnectProbe(client, List.of(targets));
    probe.thread.start();
    return probe;
  }

  /** A server for it: tells a name to whoever connects, and closes. */
  public static Program nameServer(Lan.Host host, String listen, String name) {
    return Program.nginx(
        Program.draft().in(host),
        "stream { server { listen %s; return %s; } }".formatted(listen, name));
  }

  /** What it connects to. */
  public List<InetAddress> addresses() {
    return targets.stream().map(InetSocketAddress::getAddress).toList();
  }

  /** What has ended until now. */
  public ProbeRecord record() {
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError("the probe has failed", thrown);
    }
    return new ProbeRecord(List.copyOf(ended));
  }

  /** An attempt that has not ended. */
  private record Pending(InetAddress to, long startNs) {}

  private void run() {
    try (Selector selector = Selector.open()) {
      long nextNs = System.nanoTime();
      while (!Thread.currentThread().isInterrupted()) {
        if (System.nanoTime() - nextNs >= 0) {
          for (InetSocketAddress target : targets) {
            connect(selector, target);
          }
          nextNs = Math.max(nextNs + PACE.toNanos(), System.nanoTime());
        }
        selector.select(Math.max(1, (nextNs - System.nanoTime()) / 1_000_000));
        for (SelectionKey key : selector.selectedKeys()) {
          advance(key);
        }
        selector.selectedKeys().clear();
        endLate(selector);
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void connect(Selector selector, InetSocketAddress target) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    Pending pending = new Pending(target.getAddress(), System.nanoTime());
    SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, pending);
    try {
      if (channel.connect(target)) {
        key.interestOps(SelectionKey.OP_READ);
      }
    } catch (IOException e) {
      end(key, outcome(e), "");
    }
  }

  private void advance(SelectionKey key) throws IOException {
    SocketChannel channel = (SocketChannel) key.channel();
    try {
      if (key.isConnectable()) {
        channel.finishConnect();
        key.interestOps(SelectionKey.OP_READ);
      } else {
        ByteBuffer name = ByteBuffer.allocate(64);
        int bytes = channel.read(name);
        String by = StandardCharsets.US_ASCII.decode(name.flip()).toString();
        end(key, bytes > 0 ? Outcome.ANSWERED : Outcome.CLOSED, by.strip());
      }
    } catch (IOException e) {
      end(key, outcome(e), "");
    }
  }

  private void endLate(Selector selector) throws IOException {
    long startedByNs = System.nanoTime() - PATIENCE.toNanos();
    for (SelectionKey key : selector.keys()) {
      if (key.isValid() && ((Pending) key.attachment()).startNs() - startedByNs < 0) {
        end(key, Outcome.TIMED_OUT, "");
      }
    }
  }

  private void end(SelectionKey key, Outcome outcome, String by) throws IOException {
    key.channel().close();
    Pending pending = (Pending) key.attachment();
    ended.add(new Attempt(pending.to(), pending.startNs(), System.nanoTime(), outcome, by));
  }

  /** The JDK tells them apart by words alone. */
  private static Outcome outcome(IOException failure) {
    String words = String.valueOf(failure.getMessage());
    return words.contains("refused") || words.contains("reset")
        ? Outcome.REFUSED
        : Outcome.UNREACHABLE;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
