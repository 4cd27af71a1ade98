package io.headgate.cli;

/** What the command says to the shell. */
public final class ExitCode {
  public static final int FINE = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;
  public static final int NO_DAEMON = 3;
  public static final int DEGRADED = 4;

  /** As timeout(1) has it. */
  public static final int TIMED_OUT = 124;

  private ExitCode() {}
}
