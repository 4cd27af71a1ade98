package io.headgate.desired;

import io.headgate.model.ClusterNode;
import io.headgate.model.Printable;
import java.util.Optional;

/** What an administrator has set for a Node's share of new connections. */
final class NodeWeight {
  static final String ANNOTATION = "headgate.io/weight";

  /** Of a Node of which nothing is said, in percent of what it would have anyway. */
  static final int ORDINARY = 100;

  private static final int MOST = 256;

  private NodeWeight() {}

  /** In percent; 0 for a Node in reserve. What makes no sense counts as nothing said. */
  static int percent(ClusterNode node) {
    String text = node.annotations().get(ANNOTATION);
    return text == null ? ORDINARY : parse(text).orElse(ORDINARY);
  }

  private static Optional<Integer> parse(String text) {
    String digits = text.strip();
    return digits.matches("[0-9]{1,3}")
        ? Optional.of(Integer.parseInt(digits)).filter(percent -> percent <= MOST)
        : Optional.empty();
  }

  static Optional<String> mistake(ClusterNode node) {
    String text = node.annotations().get(ANNOTATION);
    return text == null || parse(text).isPresent()
        ? Optional.empty()
        : Optional.of(
            "annotation %s is '%s' and not 0 to %d: ignored"
                .formatted(ANNOTATION, Printable.text(text), MOST));
  }
}
