package io.headgate.relay;

import io.headgate.linux.Errno;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.util.stream.Stream;
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

  /**
   * Whether it is the source address that is at fault; null where it is not. The kernel says
   * EADDRNOTAVAIL for an address that it does not have when it is bound, and for want of a port
   * when it connects. Where ip_nonlocal_bind lets it bind any, it says EINVAL when that connects.
   * Without IP_BIND_ADDRESS_NO_PORT, ports run out when it is bound: EADDRINUSE.
   */
  static @Nullable SourceProblem ofSource(int errno, boolean atBind) {
    return switch (errno) {
      case Errno.EADDRNOTAVAIL -> atBind ? SourceProblem.MISSING : SourceProblem.EXHAUSTED;
      case Errno.EADDRINUSE -> SourceProblem.EXHAUSTED;
      case Errno.EINVAL -> SourceProblem.MISSING;
      default -> null;
    };
  }

  /** The same by the words of Netty and the JDK. */
  static @Nullable SourceProblem ofSource(Throwable cause, boolean atBind) {
    return Stream.of(Errno.EADDRNOTAVAIL, Errno.EADDRINUSE, Errno.EINVAL)
        .filter(errno -> says(cause, Errno.text(errno)))
        .findFirst()
        .map(errno -> ofSource(errno, atBind))
        .orElse(null);
  }

  /** Netty and the JDK give errno only as the system's text for it. */
  private static boolean says(@Nullable Throwable cause, String text) {
    String message = cause == null ? null : cause.getMessage();
    return message != null && message.contains(text);
  }
}
