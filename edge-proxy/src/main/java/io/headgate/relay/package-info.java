/**
 * Accepting, choosing, connecting and moving bytes: everything between a client and its backend.
 *
 * <p>{@code app} starts a {@link io.headgate.relay.Relay} and hands it every new table; from then
 * on each connection lives on one event loop, which owns all of its state.
 */
@NullMarked
package io.headgate.relay;

import org.jspecify.annotations.NullMarked;
