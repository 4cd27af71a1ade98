package io.headgate.kubernetes;

import io.headgate.model.ClusterSnapshot;
import java.time.Instant;

/**
 * A snapshot with its age.
 *
 * @param takenAt when the API last confirmed it
 */
record TakenSnapshot(ClusterSnapshot snapshot, Instant takenAt) {}
