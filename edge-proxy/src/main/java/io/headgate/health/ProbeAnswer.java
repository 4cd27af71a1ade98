package io.headgate.health;

import io.headgate.model.ProbeStatus;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * What one probe has found out about its target.
 *
 * @param detail for people; what a peer has sent is in it only as short printable text
 * @param took from the first packet to the answer, or to giving up
 */
record ProbeAnswer(ProbeStatus.Answer kind, String detail, Duration took) {
  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");
  private static final int LONGEST_DETAIL = 100;

  ProbeAnswer {
    detail = UNPRINTABLE.matcher(detail).replaceAll("?");
    detail = detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL);
  }

  static ProbeAnswer good(String what, Duration took) {
    String time = took.toMillis() > 0 ? took.toMillis() + " ms" : "less than 1 ms";
    return new ProbeAnswer(ProbeStatus.Answer.GOOD, what + " in " + time, took);
  }

  static ProbeAnswer bad(String detail, Duration took) {
    return new ProbeAnswer(ProbeStatus.Answer.BAD, detail, took);
  }
}
