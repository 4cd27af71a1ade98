package io.headgate.relay;

import io.headgate.linux.StreamSockets;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;

/** The fast relay: sockets by system call on Netty's epoll loops, without channels. */
final class FastLoops implements LoopFactory {
  private final Splicing splicing;
  private final int pipesPerLoop;

  FastLoops(Splicing splicing, int loops) {
    this.splicing = splicing;
    this.pipesPerLoop = Math.max(1, ConnectionLimit.pipes() / loops);
  }

  static boolean available() {
    return Epoll.isAvailable() && StreamSockets.available();
  }

  @Override
  public String label() {
    return "fast";
  }

  @Override
  public IoHandlerFactory ioHandlers() {
    return EpollIoHandler.newFactory();
  }

  @Override
  public RelayLoop on(Worker worker) {
    return new FastLoop(worker, splicing, pipesPerLoop);
  }

  @Override
  public boolean sharesPorts() {
    return true;
  }

  @Override
  public boolean confusesWildcards() {
    return false;
  }
}
