package io.headgate.relay;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.headgate.model.Transport;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every relay that the contract holds for. */
enum RelayKind {
  /** As it is by default. */
  FAST,
  /** Through a buffer of the process only. */
  FAST_COPYING,
  /** Through pipes only. */
  FAST_SPLICING,
  CHANNEL_EPOLL,
  CHANNEL_IO_URING,
  CHANNEL_NIO;

  /** Not started yet. */
  Relay relay(int workers, int maxConnections, boolean freeBind, RelayEvents events) {
    var settings = new RelaySettings(transport(), workers, maxConnections, freeBind);
    return switch (this) {
      case FAST -> fast(Splicing.ADAPTIVE, settings, events);
      case FAST_COPYING -> fast(Splicing.NEVER, settings, events);
      case FAST_SPLICING -> fast(Splicing.ALWAYS, settings, events);
      case CHANNEL_EPOLL, CHANNEL_IO_URING, CHANNEL_NIO -> Relay.of(settings, events);
    };
  }

  private Transport transport() {
    return switch (this) {
      case FAST, FAST_COPYING, FAST_SPLICING -> Transport.AUTO;
      case CHANNEL_EPOLL -> Transport.EPOLL;
      case CHANNEL_IO_URING -> Transport.IO_URING;
      case CHANNEL_NIO -> Transport.NIO;
    };
  }

  private static Relay fast(Splicing splicing, RelaySettings settings, RelayEvents events) {
    return new EventLoopRelay(new FastLoops(splicing, settings.loops()), settings, events);
  }

  /** Whether it can be bound to an address that this host does not have yet. */
  boolean bindsFreely() {
    return this != CHANNEL_NIO;
  }

  /**
   * Whether it learns of a reset on a side that it does not read. The JDK's selector says nothing
   * of a socket that nobody is interested in.
   */
  boolean noticesResetsUnread() {
    return switch (this) {
      case FAST, FAST_COPYING, FAST_SPLICING, CHANNEL_EPOLL, CHANNEL_IO_URING -> true;
      case CHANNEL_NIO -> false;
    };
  }

  /** Why this host cannot run it. */
  Optional<String> unavailable() {
    return switch (this) {
      case FAST, FAST_COPYING, FAST_SPLICING ->
          FastLoops.available() ? Optional.empty() : Optional.of("no epoll or no native access");
      case CHANNEL_EPOLL -> cause(Epoll.unavailabilityCause());
      case CHANNEL_IO_URING -> cause(IoUring.unavailabilityCause());
      case CHANNEL_NIO -> Optional.empty();
    };
  }

  private static Optional<String> cause(@Nullable Throwable cause) {
    return Optional.ofNullable(cause).map(Throwable::toString);
  }

  void assumeAvailable() {
    assumeThat(unavailable()).as("SKIPPED: this host has no %s", this).isEmpty();
  }
}
