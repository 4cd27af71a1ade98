package io.headgate.app;

import io.headgate.cli.HeadgateCommand;
import picocli.CommandLine;

/** The {@code headgate} command: every verb, and the exit code. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    CommandLine headgate =
        HeadgateCommand.commandLine(
            Version.TEXT,
            new RunCommand(),
            new CheckCommand(),
            new PeerKeyCommand(),
            new DemoCommand(),
            new AotCommand());
    System.exit(headgate.execute(arguments));
  }
}
