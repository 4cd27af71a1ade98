package io.headgate.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Rows in aligned columns, two blanks apart. An empty cell is a dash, so that a script that counts
 * columns can.
 */
final class Table {
  private static final Set<String> COLOURED = Set.of("STATE", "MODE", "LEVEL", "READY", "ORDER");

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param headings one with a {@code #} before it has figures under it, set to the right
   */
  Table(String... headings) {
    this.headings = List.of(headings);
  }

  void row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      String text = printable("" + cell);
      row.add(text.isEmpty() ? "-" : text);
    }
    rows.add(row);
  }

  void print(PrintWriter out, Ink ink, boolean withHeadings) {
    List<String> names = headings.stream().map(Table::name).toList();
    int[] widths = new int[names.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = withHeadings ? names.get(column).length() : 0;
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    if (withHeadings) {
      out.println(line(names, widths, Ink.PLAIN));
    }
    rows.forEach(row -> out.println(line(row, widths, ink)));
    out.flush();
  }

  private String line(List<String> cells, int[] widths, Ink ink) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String text = cells.get(column);
      String padding = " ".repeat(widths[column] - text.length());
      String shown = COLOURED.contains(headings.get(column)) ? ink.of(text) : text;
      line.append(column == 0 ? "" : "  ");
      if (headings.get(column).startsWith("#")) {
        line.append(padding).append(shown);
      } else if (column < widths.length - 1) {
        line.append(shown).append(padding);
      } else {
        line.append(shown);
      }
    }
    return line.toString();
  }

  private static String name(String heading) {
    return heading.startsWith("#") ? heading.substring(1) : heading;
  }

  /** Without what would move the cursor or begin a line: some of it was written by strangers. */
  static String printable(String text) {
    return text.codePoints()
        .map(character -> Character.isISOControl(character) ? ' ' : character)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
