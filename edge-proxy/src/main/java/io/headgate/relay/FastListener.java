package io.headgate.relay;

import io.headgate.linux.Errno;
import io.headgate.model.Listener;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening socket of the fast relay. Its fields belong to its loop. */
final class FastListener implements EpollIoHandle, RelayLoop.ListeningSocket {
  private static final Logger log = LoggerFactory.getLogger(FastListener.class);
  private static final int ACCEPTS_PER_TURN = 64;
  private static final long PAUSE_MS = 100;

  private final FastLoop loop;
  private final Listener listener;
  private final FileDescriptor descriptor;
  private final int port;
  private @Nullable IoRegistration registration;
  private boolean failing;
  private boolean paused;

  FastListener(FastLoop loop, Listener listener, int fd) {
    this.loop = loop;
    this.listener = listener;
    this.descriptor = new FileDescriptor(fd);
    this.port = loop.sockets().localAddress(fd).getPort();
  }

  /** On the loop. */
  void begin() {
    registration = loop.register(this);
    registration.submit(EpollIoOps.EPOLLIN);
  }

  @Override
  public FileDescriptor fd() {
    return descriptor;
  }

  @Override
  public int port() {
    return port;
  }

  /** Level-triggered: what is left after a turn is told again. */
  @Override
  public void handle(IoRegistration from, IoEvent event) {
    for (int i = 0; i < ACCEPTS_PER_TURN && !paused && descriptor.isOpen(); i++) {
      int fd = loop.sockets().accept(descriptor.intValue());
      if (fd >= 0) {
        failing = false;
        serve(fd);
      } else if (fd != -Errno.ECONNABORTED && fd != -Errno.EINTR) {
        if (fd != -Errno.EAGAIN) {
          pause(from, -fd);
        }
        return;
      }
    }
  }

  /** Nothing may leave here: Netty's loop would sleep for a second. */
  private void serve(int fd) {
    var connection = new FastConnection(loop, listener, fd, loop.sockets().accepted());
    connection.contain(connection::begin);
  }

  /**
   * Accept has failed, nearly always for want of file descriptors: the socket stays ready, so
   * without a pause the loop would spin until connections end. Waiting for nothing it stays known
   * to epoll, which Netty's NONE would end.
   */
  private void pause(IoRegistration at, int errno) {
    if (!failing) {
      failing = true;
      log.warn("cannot accept on {}: {}; pausing between attempts", listener, Errno.text(errno));
    }
    paused = true;
    at.submit(EpollIoOps.EPOLLET);
    loop.worker()
        .loop()
        .schedule(
            () -> {
              paused = false;
              if (descriptor.isOpen()) {
                at.submit(EpollIoOps.EPOLLIN);
              }
            },
            PAUSE_MS,
            TimeUnit.MILLISECONDS);
  }

  @Override
  public CompletableFuture<Void> stop() {
    return CompletableFuture.runAsync(this::close, loop.worker().loop());
  }

  /** On the loop; also by Netty when the loop ends. */
  @Override
  public void close() {
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
