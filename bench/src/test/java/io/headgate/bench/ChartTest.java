package io.headgate.bench;

import static io.headgate.bench.Subject.Kind.HAPROXY_COPY;
import static io.headgate.bench.Subject.Kind.HEADGATE;
import static io.headgate.bench.Subject.Kind.NGINX;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChartTest {
  private static final int ZERO = Chart.x(0, 2);

  @Test
  void a_bar_is_as_long_as_its_ratio_on_a_scale_that_all_share() {
    int one = Chart.x(1, 2) - ZERO;

    assertThat(Chart.x(0.5, 2) - ZERO).isEqualTo(one / 2);
    assertThat(Chart.x(2, 2) - ZERO).isEqualTo(2 * one);
    assertThat(Chart.x(9, 2)).as("what is too long is cut off").isEqualTo(Chart.x(2, 2));
  }

  @Test
  void every_comparison_has_a_bar_its_figure_and_where_there_is_one_its_target() throws Exception {
    Document svg = parsed(new Chart(report()).svg());

    assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(2);
    assertThat(texts(svg))
        .contains("conn, CPU / haproxy-copy", "0.50", "conn, CPU / nginx", "2.00");
    assertThat(texts(svg)).contains("loopback, 1 thread", "1.00");
    assertThat(classes(svg)).filteredOn("target"::equals).hasSize(1);
    assertThat(classes(svg)).filteredOn("less"::equals).hasSize(1);
    assertThat(classes(svg)).filteredOn("more"::equals).hasSize(1);
  }

  @Test
  void the_chart_lies_beside_the_report_that_shows_it(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("results").resolve("today.md");

    new SavedReport(file).write(report());

    assertThat(Files.readString(file)).contains("(today.svg)", "| **0.50** |", "≤ 0.90");
    assertThat(directory.resolve("results/today.svg")).isNotEmptyFile();
  }

  private static Report report() {
    List<Slot> slots = List.of(slot(HEADGATE, 1), slot(HAPROXY_COPY, 2), slot(NGINX, 0.5));
    var outcome =
        new Outcome(
            new Setting(Network.Kind.LOOPBACK, 1),
            List.of(),
            slots,
            List.of(),
            List.of(),
            List.of(),
            List.of());
    return new Report("x", HEADGATE, List.of(), List.of(outcome));
  }

  private static Slot slot(Subject.Kind kind, double cpuSeconds) {
    return new Slot(0, Workload.CONNECTIONS, kind, cpuSeconds, new Load(1, 0, ""), 0, 0);
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> texts(Document svg) {
    return elements(svg.getElementsByTagName("text")).stream()
        .map(Element::getTextContent)
        .toList();
  }

  private static List<String> classes(Document svg) {
    return elements(svg.getElementsByTagName("*")).stream()
        .map(element -> element.getAttribute("class"))
        .toList();
  }

  private static List<Element> elements(NodeList nodes) {
    return IntStream.range(0, nodes.getLength())
        .mapToObj(nodes::item)
        .map(Element.class::cast)
        .toList();
  }
}
