package io.headgate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An open loop: requests at a fixed rate on connections that are kept, however long the answers
 * take. The latency of an answer is counted from when its request was to be sent, so that a request
 * that had to wait for a slow one before it is as late as a user would find it.
 *
 * <p>The calling thread sends, at times laid down in advance; another thread waits for answers and
 * owns {@link #answersNs} and {@link #answered} until it has ended. Nothing is allocated per
 * request.
 */
final class SteadyLoad {
  private static final int CONNECTIONS = 64;
  private static final long HEAD_START_NS = 10_000_000;
  private static final long ANSWERED_WITHIN_SECONDS = 10;
  private static final int SELECT_MS = 100;

  private final int requests;
  private final int perSecond;
  private final Selector selector;
  private final BlockingQueue<SteadyStream> free = new ArrayBlockingQueue<>(CONNECTIONS);
  private final long[] answersNs;
  private final long[] lagsNs;
  private final List<String> errors = new ArrayList<>(); // of the reader, then of the caller
  private int answered;
  private volatile int sent;
  private volatile boolean sending = true;

  private SteadyLoad(int perSecond, int seconds, Selector selector) {
    this.perSecond = perSecond;
    this.requests = Math.multiplyExact(perSecond, seconds);
    this.selector = selector;
    this.answersNs = new long[requests];
    this.lagsNs = new long[requests];
  }

  /** So many requests per second for so long; the units are answers. */
  static Load run(InetSocketAddress address, int perSecond, int seconds)
      throws IOException, InterruptedException {
    TimerSlack.leaveNone();
    List<SteadyStream> streams = new ArrayList<>();
    try (Selector selector = Selector.open()) {
      var load = new SteadyLoad(perSecond, seconds, selector);
      for (int i = 0; i < CONNECTIONS; i++) {
        SteadyStream stream = SteadyStream.open(address);
        streams.add(stream);
        stream.register(selector);
        load.free.add(stream);
      }
      return load.outcome();
    } finally {
      for (SteadyStream stream : streams) {
        stream.close();
      }
    }
  }

  private Load outcome() throws InterruptedException {
    Thread reader = Thread.ofPlatform().name("reader").start(this::readAll);
    try {
      sendAll();
    } finally {
      sending = false;
      selector.wakeup();
      reader.join();
    }
    if (answered < requests) {
      errors.add((requests - answered) + " of " + requests + " requests got no answer");
    }
    Optional<Latency> latency =
        answered == 0
            ? Optional.empty()
            : Optional.of(
                Latency.of(Arrays.copyOf(answersNs, answered), Arrays.copyOf(lagsNs, sent)));
    return new Load(answered, errors.size(), errors.isEmpty() ? "" : errors.getFirst(), latency);
  }

  private void sendAll() throws InterruptedException {
    long startNs = System.nanoTime() + HEAD_START_NS;
    for (int i = 0; i < requests; i++) {
      long intendedNs = startNs + intendedNs(i, perSecond);
      sleepUntil(intendedNs);
      long readyNs = intendedNs;
      SteadyStream stream = free.poll();
      if (stream == null) { // every connection waits for the proxy, which is not our lag
        stream = free.poll(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS);
        if (stream == null) {
          return;
        }
        readyNs = Math.max(intendedNs, System.nanoTime());
      }
      lagsNs[i] = System.nanoTime() - readyNs;
      stream.send(intendedNs);
      sent = i + 1;
    }
  }

  /** When request {@code i}, from 0, is to be sent, after the start. */
  static long intendedNs(int i, int perSecond) {
    return i * 1_000_000_000L / perSecond;
  }

  private static void sleepUntil(long whenNs) {
    for (long leftNs = whenNs - System.nanoTime();
        leftNs > 0;
        leftNs = whenNs - System.nanoTime()) {
      LockSupport.parkNanos(leftNs);
    }
  }

  private void readAll() {
    long deadlineNs = Long.MAX_VALUE;
    try {
      while (sending || answered + errors.size() < sent) {
        selector.select(this::read, SELECT_MS);
        long nowNs = System.nanoTime();
        if (!sending && deadlineNs == Long.MAX_VALUE) {
          deadlineNs = nowNs + TimeUnit.SECONDS.toNanos(ANSWERED_WITHIN_SECONDS);
        }
        if (deadlineNs != Long.MAX_VALUE && nowNs - deadlineNs > 0) {
          return;
        }
      }
    } catch (IOException e) {
      errors.add(e.toString());
    }
  }

  private void read(SelectionKey key) {
    var stream = (SteadyStream) key.attachment();
    try {
      if (stream.read()) {
        answersNs[answered++] = System.nanoTime() - stream.intendedNs();
        free.add(stream);
      }
    } catch (IOException e) {
      errors.add(e.toString());
      key.cancel(); // never free again
    }
  }
}
