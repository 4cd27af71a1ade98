package io.headgate.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headgate completion bash|zsh}. */
@Command(
    name = "completion",
    description = "Print a script that completes this command's words in a shell.",
    footer = {"", "Example: source <(headgate completion bash)"})
final class CompletionCommand implements Runnable {
  /** One script serves both: under zsh it loads bashcompinit. */
  enum Shell {
    bash,
    zsh
  }

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "bash|zsh", description = "the shell that is to read it")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private @Nullable Shell shell;

  @Override
  public void run() {
    var command = Objects.requireNonNull(spec).commandLine();
    command.getOut().print(AutoComplete.bash("headgate", command.getParent()));
    command.getOut().flush();
  }
}
