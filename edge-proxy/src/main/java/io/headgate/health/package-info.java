/**
 * Finding out what works: active probes of what the control thread asks for, and what connections
 * have met (passive observation), joined into one {@link io.headgate.model.HealthReport}.
 *
 * <p>Started by {@code app}; probes run on event loops of their own, reports go to one subscriber.
 */
@NullMarked
package io.headgate.health;

import org.jspecify.annotations.NullMarked;
