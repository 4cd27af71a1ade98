package io.headgate.desired;

import io.headgate.model.Backend;
import io.headgate.model.ClusterEndpoint;

/** What there is to serve behind a backend, as far as EndpointSlices tell. */
sealed interface Supply {
  /** Not a Service's NodePort: nobody knows what listens there. */
  record Unknown() implements Supply {}

  /**
   * Under the Cluster policy every node reaches every endpoint.
   *
   * @param onlyTerminating none is ready, some still serve while they terminate (KEP-1669)
   */
  record Anywhere(boolean onlyTerminating) implements Supply {}

  /**
   * Under the Cluster policy with topology hints that apply: every node reaches some endpoints.
   *
   * @param weight the endpoints that are left to this node, a share of each that it shares
   */
  record Hinted(Reach reach, int weight) implements Supply {}

  /** Which endpoints kube-proxy forwards to by hints. */
  enum Reach {
    OWN("those hinted for this node"),
    ZONE("those hinted for its zone"),
    /** None is meant for the node or its zone. */
    ALL("all, none is hinted for its zone");

    private final String words;

    Reach(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /**
   * Under the Local policy a node reaches only its own endpoints.
   *
   * @param terminating not ready, but serving while they terminate
   */
  record Local(int ready, int terminating) implements Supply {
    static final Local NONE = new Local(0, 0);
  }

  /** It is an endpoint itself. */
  record Endpoint(Condition condition) implements Supply {}

  /** Of one endpoint, as kube-proxy weighs it (KEP-1669). */
  enum Condition {
    READY,
    /** Not ready, but serving while it terminates. */
    TERMINATING,
    NOT_READY;

    /** Ready is asked first: with publishNotReadyAddresses an endpoint is ready while it ends. */
    static Condition of(ClusterEndpoint endpoint) {
      if (endpoint.ready()) {
        return READY;
      }
      return endpoint.serving() && endpoint.terminating() ? TERMINATING : NOT_READY;
    }
  }

  /** The whole Service has no endpoint that could be used. */
  record Nowhere() implements Supply {}

  /**
   * The share that it has when it is well, in units of {@link Backend#weight}: without endpoints
   * that are about to end, for they are replaced elsewhere.
   */
  default int whole() {
    return switch (this) {
      case Unknown _, Anywhere _ -> Backend.FULL_WEIGHT;
      case Hinted(_, var weight) -> weight;
      case Local(var ready, _) -> Backend.FULL_WEIGHT * ready;
      case Endpoint(var condition) -> condition == Condition.TERMINATING ? 0 : Backend.FULL_WEIGHT;
      case Nowhere _ -> 0;
    };
  }

  /** The share of new connections that it can serve, in units of {@link Backend#weight}. */
  default int weight() {
    return switch (this) {
      case Unknown _, Anywhere _ -> Backend.FULL_WEIGHT;
      case Hinted(_, var weight) -> weight;
      case Local(var ready, var terminating) ->
          Backend.FULL_WEIGHT * (ready > 0 ? ready : terminating);
      case Endpoint(var condition) ->
          switch (condition) {
            case READY, TERMINATING -> Backend.FULL_WEIGHT;
            case NOT_READY -> 0;
          };
      case Nowhere _ -> 0;
    };
  }
}
