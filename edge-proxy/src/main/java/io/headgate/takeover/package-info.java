/**
 * Who owns the addresses, and everything that follows from it: the agent that feeds {@code vrrp}
 * with what is heard on the link, puts addresses on interfaces, tells the neighbours, and takes
 * them off again; or, in front of a routing daemon, offers them for as long as they can be served.
 * And what becomes of connections when addresses move: {@link io.headgate.takeover.SecondChance}.
 *
 * <p>{@code app} starts a {@link io.headgate.takeover.TakeoverAgent}, tells it what the edge can
 * serve and what the operator orders, and shows its status. All state belongs to one platform
 * thread, {@code vrrp}; other threads give it commands. It never asks the API server for anything.
 */
@NullMarked
package io.headgate.takeover;

import org.jspecify.annotations.NullMarked;
