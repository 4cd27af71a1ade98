/**
 * The link between edges beside VRRP: it tells at once that a peer's process has died while its
 * host lives, carries what edges tell each other, and announces leaving. What it says of a peer is
 * a {@link io.headgate.takeover.peer.Verdict}; only GONE is a ground for taking over, a link that
 * falls silent decides nothing.
 *
 * <p>Each edge listens and dials every peer, by TLS 1.3 with one key and certificate that all edges
 * share. What an edge says goes over the connection that it has dialled; both connections of a pair
 * may tell that the other process ended. {@link io.headgate.takeover.peer.PeerWatch} decides, as a
 * machine of events with their time; the rest is a thin shell of Netty on one thread, {@code
 * peer-link}.
 *
 * <p>Sooner than the link itself, the lifeline tells of a death: a second port on which nothing is
 * said ({@link io.headgate.linux.Lifeline}, {@link io.headgate.takeover.peer.LifelineWatch}).
 *
 * <p>What GONE rests on is the word of a kernel, not of an authenticated peer: whoever can both
 * reset the connections of a pair and refuse a new one in the peer's name, on the path or by a
 * firewall that answers with resets, can bring it about. A peer's address must be its host's own,
 * never one that moves between edges. Over which network the link runs is the operator's choice:
 * GONE is as true over a network for administration as over that of the addresses, while silence of
 * either says nothing about the other.
 */
@NullMarked
package io.headgate.takeover.peer;

import org.jspecify.annotations.NullMarked;
