/**
 * Who owns the addresses: the Virtual Router Redundancy Protocol (RFC 9568, and RFC 3768 for
 * version 2) without a socket, a clock or a thread.
 *
 * <p>{@link io.headgate.vrrp.AdvertisementCodec} reads and writes what goes over the wire, {@link
 * io.headgate.vrrp.Election} decides. Called by the takeover agent on its one thread, which passes
 * the time, carries out the actions and wakes at the state's next deadline.
 */
@NullMarked
package io.headgate.vrrp;

import org.jspecify.annotations.NullMarked;
