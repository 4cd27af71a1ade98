/**
 * Finding out what works: active probes of what the control thread asks for, and what connections
 * have met (passive observation), joined into one {@link io.headgate.model.HealthReport}.
 *
 * <p>Started by {@code app}. One thread decides when; the probes block on virtual threads; reports
 * go to one subscriber.
 */
@NullMarked
package io.headgate.health;

import org.jspecify.annotations.NullMarked;
