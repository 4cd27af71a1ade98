package io.headgate.bench;

/**
 * What an {@link Outcome} was measured under.
 *
 * @param workers threads of each proxy
 */
record Setting(Network.Kind network, int workers) {
  /** {@code loopback, 1 thread}. */
  String title() {
    return network.label() + ", " + workers + (workers == 1 ? " thread" : " threads");
  }

  /** {@code loopback-1-thread}. */
  String fileName() {
    return title().replace(", ", "-").replace(' ', '-');
  }
}
