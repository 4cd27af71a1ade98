package io.headgate.kubernetes;

import io.headgate.model.Printable;
import java.time.Duration;

/**
 * Why a request or a watch did not do what it should. An expected thing, so a value.
 *
 * @param code HTTP status, also of a Status inside a watch; 0 where there is none
 * @param text for the operator; without credentials
 * @param retryAfter how long the server wants to be left alone; zero where it did not say
 */
record Failure(int code, String text, Duration retryAfter) {
  private static final int LONGEST_TEXT = 300;

  Failure {
    text = Printable.shortened(text.replaceAll("\\p{Cntrl}+", " ").strip(), LONGEST_TEXT);
  }

  static Failure of(String text) {
    return new Failure(0, text, Duration.ZERO);
  }

  /** The resourceVersion that we asked for is no longer known to the server. */
  boolean expired() {
    return code == 410;
  }

  /** There is no such thing, be it the object or the resource. */
  boolean absent() {
    return code == 404;
  }

  /** The server does not let us; asking again at once changes nothing. */
  boolean refused() {
    return code == 401 || code == 403;
  }

  /** 504 at once: the resourceVersion that we asked for is in the server's future. */
  boolean fromTheFuture() {
    return code == 504;
  }
}
