package io.headgate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A report on disk: its Markdown, with its chart beside it. */
record SavedReport(Path markdown) {
  private static final String ENDING = ".md";

  /** {@code report.md} and {@code report.svg}. */
  void write(Report report) throws IOException {
    Files.createDirectories(markdown.toAbsolutePath().getParent());
    if (report.outcomes().stream().allMatch(outcome -> outcome.slots().isEmpty())) {
      Files.writeString(markdown, report.markdown());
      return;
    }
    Files.writeString(markdown, report.markdown(chart().getFileName().toString()));
    Files.writeString(chart(), new Chart(report).svg());
  }

  Path chart() {
    String name = markdown.getFileName().toString();
    String stem = name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
    return markdown.resolveSibling(stem + ".svg");
  }
}
