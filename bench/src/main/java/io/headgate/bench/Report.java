package io.headgate.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A run as Markdown that also reads well on a terminal.
 *
 * @param about what a reader has to know of all of it
 */
record Report(String command, Subject.Kind subject, List<String> about, List<Outcome> outcomes) {
  Report {
    about = List.copyOf(about);
    outcomes = List.copyOf(outcomes);
  }

  long errors() {
    return outcomes.stream().mapToLong(Outcome::errors).sum();
  }

  String markdown() {
    return markdown("");
  }

  /** With the chart of that file, empty for none. */
  String markdown(String chart) {
    List<String> parts = new ArrayList<>();
    parts.add("# What " + subject.label() + " costs beside other proxies");
    if (!chart.isEmpty()) {
      parts.add("![Ratios of the medians](" + chart + ")");
    }
    parts.add("`" + command + "`");
    parts.add(bullets(about));
    outcomes.forEach(outcome -> parts.addAll(new OutcomeText(subject, outcome).parts()));
    return String.join("\n\n", parts) + "\n";
  }

  static String bullets(List<String> lines) {
    return lines.stream().map(line -> "- " + line).collect(Collectors.joining("\n"));
  }
}
