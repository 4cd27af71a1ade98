package io.headgate.relay;

import io.headgate.linux.Errno;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/** What the failure of a connect says, beyond that it failed. */
final class ConnectFailures {
  private ConnectFailures() {}

  /** The kernel's refusal as the JDK would put it. */
  static IOException of(int errno) {
    String text = Errno.text(errno);
    return switch (errno) {
      case Errno.ETIMEDOUT -> new ConnectTimeoutException(text);
      case Errno.EPERM, Errno.EAGAIN, Errno.ENOMEM, Errno.EADDRNOTAVAIL, Errno.ENOBUFS ->
          new BindException(text);
      default -> new ConnectException(text);
    };
  }

  /**
   * ECONNRESET instead of ECONNREFUSED: the backend had accepted, and reset before we came to look.
   * To be treated as any other reset after accept, however fast we are.
   */
  static boolean isReset(@Nullable Throwable cause) {
    return says(cause, "Connection reset");
  }

  /** This host cannot connect, for a reason of its own. */
  static IOException ofOurs(String what, Throwable cause) {
    var failure = new BindException(what);
    failure.initCause(cause);
    return failure;
  }

  /**
   * No local port is left for this backend, or memory, or a rule of this host's own firewall
   * forbids it, which all say nothing against the backend.
   */
  static boolean isOurFault(Throwable cause) {
    return cause instanceof BindException || says(cause, "Cannot assign requested address");
  }

  /** Netty and the JDK give errno only as the system's text for it. */
  private static boolean says(@Nullable Throwable cause, String text) {
    String message = cause == null ? null : cause.getMessage();
    return message != null && message.contains(text);
  }
}
