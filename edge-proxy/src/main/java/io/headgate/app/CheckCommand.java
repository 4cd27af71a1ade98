package io.headgate.app;

import io.headgate.cli.ExitCode;
import io.headgate.config.ConfigFile;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.InvalidConfigException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headgate check}. */
@Command(
    name = "check",
    description = "Name every problem of a configuration file. Needs neither root nor a network.",
    footer = {"", "Exit: 0 the file is fine, 1 it has problems."})
final class CheckCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // by picocli
  @Spec
  private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = RunCommand.DEFAULT_FILE,
      description = "Default: ${DEFAULT-VALUE}")
  @SuppressWarnings("NullAway.Init") // by picocli
  private Path file;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      HeadgateConfig config = ConfigFile.read(file, System.getenv());
      int routes = config.routes().size();
      out.println(file + ": ok, " + routes + (routes == 1 ? " route" : " routes"));
      out.flush();
      return ExitCode.FINE;
    } catch (InvalidConfigException e) {
      e.problems().forEach(err::println);
      int count = e.problems().size();
      err.println(file + ": " + count + (count == 1 ? " problem" : " problems"));
      err.flush();
      return ExitCode.FAILED;
    }
  }
}
