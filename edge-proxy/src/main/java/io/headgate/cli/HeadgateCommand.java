package io.headgate.cli;

import io.headgate.admin.AdminUnavailableException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code headgate} command with every verb that asks a running edge. {@code app} adds those
 * that are one.
 */
@Command(
    name = "headgate",
    mixinStandardHelpOptions = true,
    description = "The front door of a private Kubernetes cluster.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:fine",
      "1:failed, or the configuration has problems",
      "2:wrong usage",
      "3:no running edge could be asked",
      "4:the edge is degraded",
      "124:--wait gave up"
    },
    footer = {"", "Example: headgate status"})
public final class HeadgateCommand {
  /** Verbs that are promised for later, so that nobody takes them for a typing error. */
  private static final List<String> NOT_IN_THIS_VERSION =
      List.of("connections", "log-level", "support-bundle", "top", "upgrade");

  /** Of every verb. */
  private static final class HelpOption {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "say what this command does")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;
  }

  private HeadgateCommand() {}

  /**
   * The whole command, to be executed with the process's arguments; the result is the exit code.
   *
   * @param version what {@code --version} says
   * @param before commands that come before the ones of this package, each with its {@link Command}
   *     annotation; taken here so that they fail and complain as all others do
   */
  public static CommandLine commandLine(String version, Object... before) {
    return commandLine(version, Ink.ofProcess(System.getenv()), Thread::sleep, before);
  }

  static CommandLine commandLine(String version, Ink ink, Pace pace, Object... before) {
    CommandLine command = new CommandLine(new HeadgateCommand());
    for (Object other : before) {
      command.addSubcommand(other);
    }
    command
        .addSubcommand(new StatusCommand(ink))
        .addSubcommand(new RoutesCommand(ink))
        .addSubcommand(new BackendsCommand(ink))
        .addSubcommand(new NodesCommand(ink))
        .addSubcommand(new AddressesCommand(ink))
        .addSubcommand(new EventsCommand(ink, pace))
        .addSubcommand(new ExplainCommand(ink))
        .addSubcommand(new DoctorCommand(ink))
        .addSubcommand(new OrderCommand.Drain(ink, pace))
        .addSubcommand(new OrderCommand.Maint(ink, pace))
        .addSubcommand(new OrderCommand.Ready(ink, pace))
        .addSubcommand(new FailoverCommand(ink))
        .addSubcommand(new ReloadCommand(ink))
        .addSubcommand(new CompletionCommand());
    for (CommandLine verb : command.getSubcommands().values()) {
      verb.getCommandSpec().addMixin("help", CommandSpec.forAnnotatedObject(new HelpOption()));
    }
    command.addSubcommand(new HelpCommand()); // which has that option already
    command.getCommandSpec().version("headgate " + version);
    return command
        .setParameterExceptionHandler((wrong, _) -> misused(wrong))
        .setExecutionExceptionHandler((failure, where, _) -> failed(failure, where));
  }

  private static int misused(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + complaint(wrong));
    err.println("try: " + name + " --help");
    err.flush();
    return ExitCode.USAGE;
  }

  private static String complaint(ParameterException wrong) {
    if (!(wrong instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return "" + wrong.getMessage();
    }
    String word = unmatched.getUnmatched().getFirst();
    boolean verb = wrong.getCommandLine().getParent() == null && !word.startsWith("-");
    if (verb && NOT_IN_THIS_VERSION.contains(word)) {
      return word + " is not in this version";
    }
    String kind = verb ? "command" : word.startsWith("-") ? "option" : "argument";
    List<String> near = unmatched.getSuggestions();
    return "unknown %s '%s'%s"
        .formatted(
            kind, word, near.isEmpty() ? "" : "; did you mean %s?".formatted(near.getFirst()));
  }

  private static int failed(Exception failure, CommandLine where) throws Exception {
    return switch (failure) {
      case AdminUnavailableException unavailable -> {
        complain(where, unavailable);
        yield switch (unavailable.why()) {
          case NOT_ALLOWED -> ExitCode.FAILED;
          case NO_DAEMON, NO_ANSWER -> ExitCode.NO_DAEMON;
        };
      }
      case RefusedException refused -> {
        complain(where, refused);
        yield ExitCode.FAILED;
      }
      default -> throw failure; // a bug: picocli prints it with its trace and exits 1
    };
  }

  private static void complain(CommandLine where, Exception failure) {
    where.getErr().println("headgate: " + failure.getMessage());
    where.getErr().flush();
  }
}
