package io.headgate.health;

import io.headgate.model.Addresses;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One GET, of whose answer only the status line decides (RFC 9112 section 4). Whatever else the
 * server sends, no more than {@link #MOST_BYTES} of it are read.
 */
final class HttpCheck {
  static final int MOST_BYTES = 4096;

  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)( (.*))?");
  private static final int UNAVAILABLE = 503;

  /** By which a server says that what it got is no request, or none of a method that it knows. */
  private static final Set<Integer> NOT_UNDERSTOOD = Set.of(400, 405, 501, 505);

  private HttpCheck() {}

  static byte[] request(ProbeTarget target) {
    return request("GET " + encoded(target.path()), target);
  }

  /** One that changes nothing and whose answer has no body. */
  static byte[] head(ProbeTarget target) {
    return request("HEAD /", target);
  }

  private static byte[] request(String what, ProbeTarget target) {
    String request =
        what
            + " HTTP/1.1\r\nHost: "
            + Addresses.text(target.address())
            + "\r\nUser-Agent: headgate-probe\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    return request.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads until the status line has ended, or can have none any more; then only what has come with
   * it, for a peer whose answer was taken is closed with a FIN instead of a RST.
   *
   * @return what was received up to the end of the first line, or all of it where that never ended
   */
  static String firstLine(InputStream in) throws IOException {
    byte[] bytes = new byte[MOST_BYTES];
    int length = 0;
    int end = -1;
    while (end < 0 && length < bytes.length) {
      int read = in.read(bytes, length, bytes.length - length);
      if (read < 0) {
        break;
      }
      end = lineFeed(bytes, length, length + read);
      length += read;
    }
    while (length < bytes.length && in.available() > 0) {
      length += Math.max(0, in.read(bytes, length, bytes.length - length));
    }
    return new String(bytes, 0, end < 0 ? length : end + 1, StandardCharsets.ISO_8859_1);
  }

  /** What the first line of an answer means. */
  static ProbeAnswer answer(String firstLine, Duration took) {
    if (firstLine.isEmpty()) {
      return ProbeAnswer.bad("closed without an answer", took);
    }
    Matcher matcher = STATUS_LINE.matcher(firstLine.stripTrailing());
    if (!firstLine.endsWith("\n") || !matcher.matches()) {
      return ProbeAnswer.bad("the answer is not HTTP", took);
    }
    int status = Integer.parseInt(matcher.group(1));
    if (status >= 200 && status <= 399) {
      return ProbeAnswer.good(matcher.group(1), took);
    }
    String reason = matcher.group(3) == null ? "" : " " + matcher.group(3).strip();
    Answer kind = status == UNAVAILABLE ? Answer.UNAVAILABLE : Answer.BAD;
    return new ProbeAnswer(kind, status + reason, took);
  }

  /** Whether the first line answers the request as such, be it by a refusal. */
  static boolean isUnderstood(String firstLine) {
    Matcher matcher = STATUS_LINE.matcher(firstLine.stripTrailing());
    return firstLine.endsWith("\n")
        && matcher.matches()
        && !NOT_UNDERSTOOD.contains(Integer.parseInt(matcher.group(1)));
  }

  private static int lineFeed(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** A path is not trusted to leave the request line intact: RFC 3986 section 2.1. */
  private static String encoded(String path) {
    var text = new StringBuilder();
    for (byte b : (path.startsWith("/") ? path : "/" + path).getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b < 0x7f) {
        text.append((char) b);
      } else {
        text.append(String.format("%%%02X", b));
      }
    }
    return text.toString();
  }
}
