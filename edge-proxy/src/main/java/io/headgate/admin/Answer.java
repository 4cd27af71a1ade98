package io.headgate.admin;

import java.util.Map;

/**
 * What a request is answered with.
 *
 * @param headers beside those that every answer has
 */
record Answer(int status, String contentType, String body, Map<String, String> headers) {
  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";

  static Answer of(int status, String contentType, String body) {
    return new Answer(status, contentType, body, Map.of());
  }

  static Answer text(int status, String text) {
    return of(status, PLAIN, text + "\n");
  }

  static Answer json(int status, Object value) {
    return of(status, JSON, Json.write(value));
  }

  static Answer error(int status, String why) {
    return json(status, Map.of("error", why));
  }

  Answer with(String header, String value) {
    return new Answer(status, contentType, body, Map.of(header, value));
  }
}
