package io.headgate.config;

import com.typesafe.config.ConfigOrigin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with one file and those it includes, gathered while they are read. */
final class Problems {
  private final List<Problem> problems = new ArrayList<>();
  private final Set<Position> unresolved = new HashSet<>();
  private final String file;

  /**
   * @param file as the operator has named it
   */
  Problems(String file) {
    this.file = file;
  }

  /**
   * Where something stands.
   *
   * @param line from 1; 0 where no single line is to blame
   */
  record Position(String file, int line) {
    private static final Pattern MERGED = Pattern.compile("merge of (.+?): (\\d+).*");

    static Position of(ConfigOrigin origin) {
      String file = origin.withLineNumber(-1).description();
      Matcher merged = MERGED.matcher(file); // a block that several files have a part in
      if (merged.matches()) {
        return new Position(merged.group(1), Integer.parseInt(merged.group(2)));
      }
      return new Position(file, Math.max(0, origin.lineNumber()));
    }

    @Override
    public String toString() {
      return line > 0 ? file + ":" + line : file;
    }
  }

  private record Problem(Position position, String text) {}

  /**
   * @param text {@code path: what is wrong (what is allowed)}
   */
  void add(Position position, String text) {
    problems.add(new Problem(position, text));
  }

  /** A substitution that means nothing: whatever else is wrong on its line follows from that. */
  void addUnresolved(Position position, String text) {
    add(position, text);
    unresolved.add(position);
  }

  /** What is wrong, without where it stands. */
  List<String> texts() {
    return problems.stream().map(Problem::text).toList();
  }

  boolean isEmpty() {
    return problems.isEmpty();
  }

  /** All of them in the order of the lines, the operator's file before those that it includes. */
  InvalidConfigException exception() {
    Set<Position> told = new HashSet<>();
    Set<String> lines = new LinkedHashSet<>();
    problems.stream()
        .filter(problem -> !unresolved.contains(problem.position) || told.add(problem.position))
        .sorted(
            Comparator.comparing((Problem problem) -> !problem.position.file.equals(file))
                .thenComparing(problem -> problem.position.file)
                .thenComparingInt(problem -> problem.position.line))
        .forEach(problem -> lines.add(problem.position + ": " + problem.text));
    return new InvalidConfigException(List.copyOf(lines));
  }
}
