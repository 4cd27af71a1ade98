package io.headgate.admin;

import java.nio.file.Path;

/** A running edge could not be asked. The message names the socket, the cause and what to do. */
public final class AdminUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why not. */
  public enum Cause {
    /** No such file, or nobody listens on it. */
    NO_DAEMON,
    /** Somebody listens, but this user may not connect. */
    NOT_ALLOWED,
    /** Connected, but no whole answer came in time. */
    NO_ANSWER
  }

  private final Cause cause;

  AdminUnavailableException(Cause cause, Path socket, String detail) {
    super(
        switch (cause) {
          case NO_DAEMON ->
              """
              no headgate is listening on %s (%s)
              start one with "systemctl start headgate" or "headgate run --config FILE", \
              or name another socket with --admin-socket PATH or HEADGATE_ADMIN_SOCKET\
              """
                  .formatted(socket, detail);
          case NOT_ALLOWED ->
              """
              permission denied on %s (%s)
              be root or in the group of the socket: ls -l %s\
              """
                  .formatted(socket, detail, socket);
          case NO_ANSWER -> "no answer on %s: %s".formatted(socket, detail);
        });
    this.cause = cause;
  }

  public Cause why() {
    return cause;
  }
}
