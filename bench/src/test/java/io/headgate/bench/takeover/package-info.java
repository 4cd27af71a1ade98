/**
 * How long a client is without service when an edge fails ({@link
 * io.headgate.bench.takeover.Takeover}, started by {@code bench/takeover}): Headgate and keepalived
 * in turn, on the hosts that the tests use, which is why it is among them. One thread runs it from
 * top to bottom; the client has its own.
 */
@NullMarked
package io.headgate.bench.takeover;

import org.jspecify.annotations.NullMarked;
