package io.headgate.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The ratios of a report as an SVG: a bar from 0 to each median with a whisker from the least to
 * the greatest, a line at 1.00, where both cost the same, and a mark at each {@link Target}. The
 * colours follow the reader's choice of light or dark; the background is left to the page.
 */
record Chart(Report report) {
  private static final int WIDTH = 860;
  private static final int LEFT = 300; // of the bars, beside their labels
  private static final int RIGHT = 760; // of the bars, before their figures
  private static final int ROW = 24;
  private static final int HEADING = 34;
  private static final int BAR = 12;
  private static final String LEGEND = "bar: median; whisker: min – max; dashed mark: target";
  private static final double LEAST_SCALE = 1.25;
  private static final double GREATEST_SCALE = 3; // what is more is cut off; its figure is there

  String svg() {
    List<String> body = new ArrayList<>();
    int y = HEADING;
    double scale = scale();
    body.add(
        text("title", 8, 20, "What " + report.subject().label() + " costs, divided by another"));
    for (Outcome outcome : report.outcomes()) {
      List<Comparison> comparisons = comparisons(outcome);
      int top = y + HEADING;
      int bottom = top + comparisons.size() * ROW;
      body.add(text("group", 8, y + 20, outcome.setting().title()));
      body.add(line("even", x(1, scale), top - 6, x(1, scale), bottom));
      for (int i = 0; i < comparisons.size(); i++) {
        body.addAll(row(comparisons.get(i), top + i * ROW, scale));
      }
      body.add(text("tick", x(1, scale), bottom + 14, "1.00"));
      y = bottom + HEADING;
    }
    return frame(y, String.join("\n", body));
  }

  private List<Comparison> comparisons(Outcome outcome) {
    return Comparison.of(outcome.slots(), report.subject()).stream()
        .filter(comparison -> comparison.measure() != Measure.MAX) // a single answer
        .toList();
  }

  private double scale() {
    double greatest =
        report.outcomes().stream()
            .flatMap(outcome -> comparisons(outcome).stream())
            .mapToDouble(comparison -> comparison.ratios().getLast())
            .max()
            .orElse(0);
    return Math.clamp(greatest, LEAST_SCALE, GREATEST_SCALE);
  }

  private static List<String> row(Comparison c, int y, double scale) {
    int middle = y + ROW / 2;
    List<String> parts = new ArrayList<>();
    parts.add(text("label", LEFT - 10, middle + 4, label(c)));
    parts.add(
        "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>"
            .formatted(
                c.ratio() <= 1 ? "less" : "more",
                LEFT,
                middle - BAR / 2,
                x(c.ratio(), scale) - LEFT,
                BAR));
    int least = x(c.ratios().getFirst(), scale);
    int greatest = x(c.ratios().getLast(), scale);
    parts.add(line("whisker", least, middle, greatest, middle));
    parts.add(line("whisker", least, middle - 4, least, middle + 4));
    parts.add(line("whisker", greatest, middle - 4, greatest, middle + 4));
    Target.of(c)
        .ifPresent(target -> {
          int x = x(target, scale);
          parts.add(line("target", x, middle - 9, x, middle + 9));
        });
    parts.add(
        text("figure", RIGHT + 10, middle + 4, String.format(Locale.ROOT, "%.2f", c.ratio())));
    return parts;
  }

  private static String label(Comparison c) {
    String what = c.measure() == Measure.CPU ? "CPU" : c.measure().of(c.workload());
    String load =
        c.workload().isOpenLoop() && c.measure() != Measure.CPU ? "" : c.workload().label() + ", ";
    return load + what + " / " + c.other().label();
  }

  /** Where a ratio is, in the chart's own units. */
  static int x(double ratio, double scale) {
    return LEFT + (int) Math.round((RIGHT - LEFT) * Math.min(ratio, scale) / scale);
  }

  private static String text(String kind, int x, int y, String text) {
    return "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>".formatted(kind, x, y, escaped(text));
  }

  private static String line(String kind, int x1, int y1, int x2, int y2) {
    return "<line class=\"%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>"
        .formatted(kind, x1, y1, x2, y2);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private static String frame(int height, String body) {
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" \
    role="img" font-family="system-ui, sans-serif" font-size="13">
    <style>
    text { fill: #24292f } line { stroke: #24292f; stroke-width: 1.5 }
    .title { font-size: 16px; font-weight: 600 } .group { font-weight: 600 }
    .label { text-anchor: end } .tick, .legend { font-size: 11px } .tick { text-anchor: middle }
    .less { fill: #5aa469 } .more { fill: #d08a4e }
    .target { stroke: #b3264a; stroke-width: 2.5; stroke-dasharray: 3 2 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 } line { stroke: #e6edf3 }
      .less { fill: #3f7f4e } .more { fill: #a5652d } .target { stroke: #ff7b9c }
    }
    </style>
    %3$s
    %4$s
    </svg>
    """
        .formatted(WIDTH, height + 10, body, text("legend", 8, height, LEGEND));
  }
}
