package io.headgate.app;

import java.util.List;

/**
 * What happens in the demo, one step after the other, for ever: an endpoint drains, is gone and
 * comes back; a node is deleted and joins again.
 */
final class DemoScript {
  /**
   * One thing that happens.
   *
   * @param text said to the spectator
   * @param action what it does to the cluster
   */
  record Step(String text, Runnable action) {}

  private final List<Step> steps;
  private int next;

  DemoScript(DemoCluster cluster) {
    this.steps =
        List.of(
            new Step(
                "the pod on node-2 is told to end: terminating, still serving",
                () -> cluster.terminateEndpoint("node-2")),
            new Step("the pod on node-2 is gone", () -> cluster.removeEndpoint("node-2")),
            new Step("a new pod on node-2 is ready", () -> cluster.addEndpoint("node-2")),
            new Step("Node node-3 is deleted", () -> cluster.deleteNode("node-3")),
            new Step("Node node-3 joins again", () -> cluster.createNode("node-3")));
  }

  /** Lets the next thing happen; returns what to say about it. */
  String advance() {
    Step step = steps.get(next);
    next = (next + 1) % steps.size();
    step.action().run();
    return step.text();
  }
}
