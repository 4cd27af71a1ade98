package io.headgate.relay;

import io.headgate.model.Transport;
import io.netty.channel.IoHandlerFactory;

/** What distinguishes one kind of relay from another: how its event loops get at sockets. */
interface LoopFactory {
  /** The name under which an operator knows it: fast, or that of a transport. */
  String label();

  IoHandlerFactory ioHandlers();

  RelayLoop on(Worker worker);

  /** Whether each loop has a listening socket of its own (SO_REUSEPORT). */
  boolean sharesPorts();

  /** Whether a socket for 0.0.0.0 cannot stand beside one for ::. */
  boolean confusesWildcards();

  /**
   * The best that this host has, or what is asked for.
   *
   * @throws UnsupportedOperationException where this host lacks it, with the cause
   */
  static LoopFactory of(RelaySettings settings) {
    return settings.transport() == Transport.AUTO && FastLoops.available()
        ? new FastLoops(Splicing.ADAPTIVE, settings.loops())
        : new ChannelLoops(Sockets.of(settings.transport()));
  }
}
