package io.headgate.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The URL of an API server, as text. */
public final class ServerUrl {
  private static final Pattern FORM =
      Pattern.compile(
          "(https?)://(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9](?:[-A-Za-z0-9.]*[A-Za-z0-9])?)"
              + "(?::([0-9]{1,5}))?((?:/[-A-Za-z0-9._~%/]*)?)");
  private static final Pattern THIS_HOST =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

  private ServerUrl() {}

  /** Whether what is sent there, a token among it, can be read and forged on the way. */
  public static boolean inTheClear(String url) {
    Matcher parts = FORM.matcher(url);
    return !url.startsWith("https://")
        && !(parts.matches() && THIS_HOST.matcher(parts.group(2)).matches());
  }

  /** Such a URL without a slash at its end; empty where the text is none, or is not allowed. */
  static Optional<String> parse(String text, boolean allowInsecure) {
    Matcher parts = FORM.matcher(text);
    boolean valid =
        parts.matches()
            && (parts.group(3) == null || isPort(Integer.parseInt(parts.group(3))))
            && (allowInsecure || !inTheClear(text));
    return valid ? Optional.of(text.replaceAll("/+$", "")) : Optional.empty();
  }

  private static boolean isPort(int number) {
    return number >= 1 && number <= 65_535;
  }
}
