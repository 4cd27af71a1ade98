/**
 * Accepting, choosing, connecting and moving bytes: everything between a client and its backend.
 *
 * <p>{@code app} starts a {@link io.headgate.relay.Relay} and hands it every new table; from then
 * on each connection lives on one event loop, which owns all of its state.
 *
 * <p>What a connection goes through is the same for every kind of relay: {@code Worker}, {@code
 * Connection}, {@code Search}, {@code Watch}, {@code Parting} and the loads. How bytes are moved is
 * not: the fast relay ({@code Fast*}, {@code Pump}, {@code Pipes}) makes system calls of its own,
 * the channel relay ({@code Channel*}, {@code Sockets}) uses Netty's channels. One contract is
 * tested on both.
 */
@NullMarked
package io.headgate.relay;

import org.jspecify.annotations.NullMarked;
