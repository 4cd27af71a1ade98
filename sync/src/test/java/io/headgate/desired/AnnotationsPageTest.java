package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.PolicySetting;
import io.headgate.config.PolicySetting.Outcome;
import io.headgate.model.RoutePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The page of the annotations, and those in the other pages, against what is read of them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AnnotationsPageTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern NAME = Pattern.compile("`headgate\\.io/([-a-z]+)`");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `headgate\\.io/([-a-z]+)` \\| (.*?) \\| (.*?) \\| `(.*?)` \\|$");
  private static final Pattern IN_MANIFEST =
      Pattern.compile("(?m)^ +headgate\\.io/([-a-z]+): ([^\\s#]+)");

  private final String page = read("annotations.md");
  private final String ofServices = page.substring(0, page.indexOf("## Of a Node"));

  @Test
  void the_page_names_every_annotation_of_a_Service_and_no_other() {
    Set<String> named =
        NAME.matcher(ofServices)
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).isEqualTo(ServiceAnnotations.NAMES);
  }

  @Test
  void the_page_names_every_annotation_of_a_Node() {
    assertThat(rows(page.substring(ofServices.length())))
        .extracting(row -> ServiceAnnotations.PREFIX + row.name)
        .containsExactlyElementsOf(NodeMistakes.KNOWN);
  }

  @Test
  void every_example_is_valid_and_not_the_default() {
    assertThat(rows(ofServices))
        .hasSizeGreaterThan(20)
        .allSatisfy(row -> {
          assertThat(ServiceAnnotations.problem(row.name, row.example, true)).isEmpty();
          assertThat("`" + row.example + "`").isNotEqualTo(row.standard);
        });
  }

  @Test
  void every_default_of_a_policy_is_the_one_in_force() {
    List<Row> settings =
        rows(ofServices).stream().filter(row -> ServiceAnnotations.isPolicy(row.name)).toList();
    assertThat(settings)
        .hasSameSizeAs(PolicySetting.names())
        .allSatisfy(row ->
            assertThat(PolicySetting.apply(RoutePolicy.DEFAULTS, row.name, unquoted(row.standard)))
                .isEqualTo(new Outcome.Valid(RoutePolicy.DEFAULTS)));
  }

  @Test
  void every_annotation_of_a_manifest_in_the_pages_is_known_and_valid() {
    Matcher written = IN_MANIFEST.matcher(read("ingress.md"));
    int found = 0;
    while (written.find()) {
      found++;
      assertThat(ServiceAnnotations.known(written.group(1))).as(written.group(1)).isTrue();
      assertThat(ServiceAnnotations.problem(written.group(1), written.group(2), false)).isEmpty();
    }
    assertThat(found).isEqualTo(4);
  }

  private record Row(String name, String standard, String example) {}

  private static List<Row> rows(String text) {
    return ROW.matcher(text)
        .results()
        .map(match -> new Row(match.group(1), match.group(3), match.group(4)))
        .toList();
  }

  private static String unquoted(String text) {
    return text.replace("`", "");
  }

  private static String read(String name) {
    try {
      return Files.readString(DOCS.resolve(name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
