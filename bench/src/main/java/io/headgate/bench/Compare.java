package io.headgate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Measures Headgate beside other proxies, one setting after the other: {@code bench/compare}. */
public final class Compare {
  private Compare() {}

  /** Exits 0 when all was measured without an error, 1 when not, 2 on wrong usage. */
  public static void main(String... arguments) throws InterruptedException {
    System.exit(run(arguments));
  }

  private static int run(String... arguments) throws InterruptedException {
    if (List.of(arguments).contains("--help")) {
      System.out.print(Options.USAGE);
      return 0;
    }
    try {
      Options options = Options.parse(arguments);
      Path project = Path.of(System.getProperty("headgate.project", ".")).toAbsolutePath();
      String command = "bench/compare " + String.join(" ", arguments);
      Report report = measured(options, project, command.strip(), System.err);
      System.out.print(report.markdown());
      for (Path file : files(options, project).toList()) {
        new SavedReport(file).write(report);
      }
      return report.errors() == 0 ? 0 : 1;
    } catch (Options.Misused e) {
      System.err.println(e.getMessage() + "\n" + Options.USAGE);
      return 2;
    } catch (CannotCompare | IOException e) {
      System.err.println("bench/compare: " + e.getMessage());
      return 1;
    }
  }

  private static Stream<Path> files(Options options, Path project) {
    String name = LocalDate.now(ZoneId.systemDefault()) + "-" + options.fileName() + ".md";
    Path saved = project.resolve("bench/results").resolve(name);
    return Stream.concat(options.out().stream(), options.save() ? Stream.of(saved) : Stream.of());
  }

  /** One whole run, which leaves no process behind. */
  static Report measured(Options options, Path project, String command, PrintStream progress)
      throws CannotCompare, IOException, InterruptedException {
    List<Subject> subjects =
        options.proxies().stream().map(kind -> Subject.of(kind, project)).toList();
    Program.require(
        Stream.concat(
                Stream.of(Program.WRK, Program.NGINX, Program.HAPROXY),
                subjects.stream().flatMap(subject -> subject.needs().stream()))
            .toList());
    OpenFiles.require();
    List<Outcome> outcomes = new ArrayList<>();
    for (Setting setting : options.settings()) {
      progress.println("setting: " + setting.title());
      try (Stage stage = Stage.open(Network.of(setting.network()))) {
        outcomes.add(Contest.held(options, setting, subjects, stage, progress));
      }
    }
    return new Report(command, options.subject(), options.inWords(), outcomes);
  }
}
