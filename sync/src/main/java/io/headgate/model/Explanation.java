package io.headgate.model;

import java.util.List;
import java.util.Optional;

/**
 * Why a route sends connections where it does: the answer of {@code headgate explain}.
 *
 * @param source what the file says the route forwards to, as written there
 * @param notes about the route as a whole: no such Service, no NodePort, failing open …
 */
public record Explanation(String route, String source, List<String> notes, List<OfNode> nodes) {
  public Explanation {
    notes = List.copyOf(notes);
    nodes = List.copyOf(nodes);
  }

  /**
   * One node's verdicts in the order in which they were asked, up to and including the one that
   * decides.
   *
   * @param backend {@code address:port}, empty for a node that is not selected
   * @param state empty for a node that is not selected
   */
  public record OfNode(
      String node, String backend, Optional<BackendState> state, List<Verdict> verdicts) {
    public OfNode {
      verdicts = List.copyOf(verdicts);
    }
  }

  /**
   * One question that was asked about a node, and its answer.
   *
   * @param question label, taint, address, endpoints, operator, probe, connections …
   * @param answer in words, with the value that was found
   * @param decides this one settles the state
   */
  public record Verdict(String question, String answer, boolean decides) {}
}
