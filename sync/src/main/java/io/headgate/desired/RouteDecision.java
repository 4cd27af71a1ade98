package io.headgate.desired;

import io.headgate.model.Explanation;
import io.headgate.model.ProbeTarget;
import io.headgate.model.Route;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** One route's part of the next state. */
record RouteDecision(
    Route route,
    Explanation explanation,
    List<Note> notes,
    Set<ProbeTarget> probes,
    Map<BackendKey, BackendHistory> histories,
    OptionalLong wakeAtNs) {}
