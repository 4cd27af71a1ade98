package io.headgate.desired;

import io.headgate.model.ClusterNode;
import io.headgate.model.Printable;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What somebody has written on a Node for us that means nothing, typing errors included. */
final class NodeMistakes {
  /** All annotations of a Node that are read, and the one that is written by us. */
  static final List<String> KNOWN =
      List.of(
          NodeDeparture.DRAIN_ANNOTATION,
          NodeWeight.ANNOTATION,
          WrittenNodeAddress.ANNOTATION,
          ClusterNode.CONNECTIONS);

  private NodeMistakes() {}

  static Optional<String> of(ClusterNode node) {
    Stream<String> unknown =
        node.annotations().keySet().stream()
            .filter(name -> name.startsWith(ServiceAnnotations.PREFIX) && !KNOWN.contains(name))
            .sorted()
            .map(NodeMistakes::unknown);
    String all =
        Stream.of(
                NodeDeparture.mistake(node).stream(),
                NodeWeight.mistake(node).stream(),
                WrittenNodeAddress.mistake(node).stream(),
                unknown)
            .flatMap(mistakes -> mistakes)
            .collect(Collectors.joining("; "));
    return Optional.of(all).filter(mistakes -> !mistakes.isEmpty());
  }

  private static String unknown(String name) {
    String meant =
        Similar.to(name, KNOWN.stream()).map(known -> " (did you mean " + known + "?)").orElse("");
    return "annotation " + Printable.text(name) + " is unknown" + meant;
  }
}
