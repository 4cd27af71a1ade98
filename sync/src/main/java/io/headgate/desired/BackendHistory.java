package io.headgate.desired;

import io.headgate.model.BackendState;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What has to be remembered of a backend from one decision to the next.
 *
 * @param sinceNs when it entered {@code state}
 * @param servedBefore it has been UP or SUSPECT in its life
 * @param standing what its probes have shown
 * @param spoken the PROXY header that it expects; empty where it has never said
 * @param cold it was away, or is new beside others that serve: has to start slowly
 * @param warmingSinceNs when its slow start began, empty where it is at full weight
 */
public record BackendHistory(
    BackendState state,
    long sinceNs,
    boolean servedBefore,
    ProbeStanding standing,
    Optional<Spoken> spoken,
    boolean cold,
    OptionalLong warmingSinceNs) {}
