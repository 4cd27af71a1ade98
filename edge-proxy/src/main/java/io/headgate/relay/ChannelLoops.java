package io.headgate.relay;

import io.headgate.model.Transport;
import io.netty.channel.IoHandlerFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The channel relay: ordinary Netty channels on epoll, io_uring or NIO. Safe from any thread. */
final class ChannelLoops implements LoopFactory {
  private final Sockets sockets;
  private final List<ChannelLoop> loops = new CopyOnWriteArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();

  ChannelLoops(Sockets sockets) {
    this.sockets = sockets;
  }

  Sockets sockets() {
    return sockets;
  }

  @Override
  public String label() {
    return sockets.transport().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public IoHandlerFactory ioHandlers() {
    return sockets.loops();
  }

  @Override
  public ChannelLoop on(Worker worker) {
    var loop = new ChannelLoop(worker, this);
    loops.add(loop);
    return loop;
  }

  @Override
  public boolean sharesPorts() {
    return sockets.isNative();
  }

  /** Netty's io_uring binds both wildcards to both families, and SO_REUSEPORT would mix them. */
  @Override
  public boolean confusesWildcards() {
    return sockets.transport() == Transport.IO_URING;
  }

  /** Whose turn it is where one loop accepts for all. */
  ChannelLoop next() {
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }
}
