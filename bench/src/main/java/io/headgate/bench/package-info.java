/**
 * What Headgate costs: the comparison with other proxies ({@link io.headgate.bench.Compare},
 * started by {@code bench/compare}) and JMH benches of what runs per connection (started by {@code
 * bench/jmh}).
 *
 * <p>The comparison is a program for Linux that knows the proxies only as child processes: it uses
 * the JDK alone and no class of Headgate. One thread runs it from top to bottom. It does not touch
 * the network itself: its sockets are those of two more processes ({@link
 * io.headgate.bench.Outpost}), one where the clients are and one where the backends are, and load
 * generators there that need more threads join them before they answer.
 */
@NullMarked
package io.headgate.bench;

import org.jspecify.annotations.NullMarked;
