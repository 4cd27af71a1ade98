package io.headgate.model;

/** What somebody else has written, fit for a line of a log or an answer. */
public final class Printable {
  private static final int LONGEST = 60;

  private Printable() {}

  /** The beginning of {@code text}, in one line. */
  public static String text(String text) {
    return shortened(text, LONGEST).replaceAll("\\p{Cntrl}", "?");
  }

  /** The same in quotes. */
  public static String quoted(String text) {
    return "'" + text(text) + "'";
  }

  /** At most {@code longest} characters of {@code text}, and where that is not all a sign of it. */
  public static String shortened(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest) + "…";
  }
}
