package io.headgate.admin;

/**
 * One thing that {@code headgate doctor} has looked at.
 *
 * @param check what: rights, nodeports, clock …
 * @param result {@code ok}, {@code warn} where something will be missed one day, {@code fail} where
 *     something does not work now
 * @param finding what was found, and what follows from it
 * @param advice what to do; empty where nothing is to be done
 */
public record CheckView(String check, String result, String finding, String advice) {
  public static CheckView ok(String check, String finding) {
    return new CheckView(check, "ok", finding, "");
  }

  public static CheckView warn(String check, String finding, String advice) {
    return new CheckView(check, "warn", finding, advice);
  }

  public static CheckView fail(String check, String finding, String advice) {
    return new CheckView(check, "fail", finding, advice);
  }
}
