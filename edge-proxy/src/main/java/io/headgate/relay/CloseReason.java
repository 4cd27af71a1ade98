package io.headgate.relay;

/** Why a connection ended, or was never served. */
public enum CloseReason {
  /** Both sides said that they were done. */
  FINISHED,
  CLIENT_RESET,
  BACKEND_RESET,
  /** Nothing moved for the route's idle timeout. */
  IDLE,
  /** Its backend was draining or gone for the route's drain timeout. */
  DRAINED,
  /** Its backend's host is gone for good. */
  BACKEND_GONE,
  /** The edge itself is stopping. */
  STOPPING,
  /** No backend could be reached in the attempts that the route allows. */
  CONNECT_FAILED,
  /** The route has no backend for it. */
  NO_BACKEND,
  /** The client is not on the allow list. */
  NOT_ALLOWED,
  /** Its PROXY header was missing, late or malformed. */
  BAD_PROXY_HEADER,
  /** The edge's or the route's connection limit is reached. */
  LIMIT,
  /** The client's own limit, of connections or of their rate, is reached. */
  CLIENT_LIMIT,
  /** Every backend stayed at its limit for the queue timeout. */
  QUEUE_TIMEOUT
}
