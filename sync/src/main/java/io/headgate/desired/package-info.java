/**
 * From what is configured, what the cluster says, what probes and connections have found and what
 * the operator has ordered, to the one {@link io.headgate.model.RouteTable}.
 *
 * <p>{@link io.headgate.desired.Desired} and all it uses is a pure function with time as an
 * argument. {@link io.headgate.desired.Reconciler} owns the {@code control} thread that feeds it
 * and publishes what it says.
 */
@NullMarked
package io.headgate.desired;

import org.jspecify.annotations.NullMarked;
