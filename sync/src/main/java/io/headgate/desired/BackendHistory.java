package io.headgate.desired;

import io.headgate.model.BackendState;

/**
 * What has to be remembered of a backend from one decision to the next.
 *
 * @param sinceNs when it entered {@code state}
 * @param servedBefore it has been UP or SUSPECT in its life
 */
public record BackendHistory(BackendState state, long sinceNs, boolean servedBefore) {}
