package io.headgate.vrrp;

import java.util.List;

/** What comes of an event. */
public record Step(ElectionState next, List<ElectionAction> actions) {
  public Step {
    actions = List.copyOf(actions);
  }

  static Step to(ElectionState next, ElectionAction... actions) {
    return new Step(next, List.of(actions));
  }
}
