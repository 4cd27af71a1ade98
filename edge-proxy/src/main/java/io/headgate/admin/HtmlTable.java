package io.headgate.admin;

import java.util.List;
import java.util.Locale;

/** A table of the page. What is put in is text, and is escaped here and nowhere else. */
final class HtmlTable {
  private final StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>\n<tr>");

  /**
   * @param headings one with a {@code #} before it has figures under it, set to the right
   */
  HtmlTable(String... headings) {
    for (String heading : headings) {
      boolean figures = heading.startsWith("#");
      html.append(figures ? "<th class=\"figure\">" : "<th>")
          .append(escaped(figures ? heading.substring(1) : heading))
          .append("</th>");
    }
    html.append("</tr>\n");
  }

  /** A row of cells, each a {@link Cell}, or anything else for text. */
  void row(Object... cells) {
    html.append("<tr>");
    for (Object cell : cells) {
      html.append(
          cell instanceof Cell known ? known.html() : "<td>" + escaped("" + cell) + "</td>");
    }
    html.append("</tr>\n");
  }

  String html() {
    return html + "</table></div>\n";
  }

  /** A cell that looks different from plain text. */
  sealed interface Cell {
    String html();

    /** Set to the right, digits of equal width. */
    record Figure(Object value) implements Cell {
      @Override
      public String html() {
        return "<td class=\"figure\">" + escaped("" + value) + "</td>";
      }
    }

    /** A state: coloured by its kind, and in words. */
    record State(String kind, String text) implements Cell {
      State(String state) {
        this(state.toLowerCase(Locale.ROOT), state);
      }

      @Override
      public String html() {
        return "<td><span class=\"state %s\">%s</span></td>"
            .formatted(escaped(kind), escaped(text));
      }
    }
  }

  static String escaped(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    for (int index = 0; index < text.length(); index++) {
      char character = text.charAt(index);
      switch (character) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        default -> safe.append(character);
      }
    }
    return safe.toString();
  }

  static String list(List<String> items) {
    StringBuilder html = new StringBuilder("<ul>\n");
    items.forEach(item -> html.append("<li>").append(escaped(item)).append("</li>\n"));
    return html.append("</ul>\n").toString();
  }
}
