package io.headgate.relay;

import java.net.BindException;
import org.jspecify.annotations.Nullable;

/** What the failure of a connect says, beyond that it failed. */
final class ConnectFailures {
  private ConnectFailures() {}

  /**
   * ECONNRESET instead of ECONNREFUSED: the backend had accepted, and reset before we came to look.
   * To be treated as any other reset after accept, however fast we are.
   */
  static boolean isReset(@Nullable Throwable cause) {
    return says(cause, "Connection reset");
  }

  /** EADDRNOTAVAIL: no local port is left for this backend, which says nothing against it. */
  static boolean isOurFault(Throwable cause) {
    return cause instanceof BindException || says(cause, "Cannot assign requested address");
  }

  /** Netty and the JDK give errno only as the system's text for it. */
  private static boolean says(@Nullable Throwable cause, String text) {
    String message = cause == null ? null : cause.getMessage();
    return message != null && message.contains(text);
  }
}
