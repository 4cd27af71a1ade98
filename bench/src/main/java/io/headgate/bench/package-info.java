/**
 * What Headgate costs: the comparison with other proxies ({@link io.headgate.bench.Compare},
 * started by {@code bench/compare}) and JMH benches of what runs per connection (started by {@code
 * bench/jmh}).
 *
 * <p>The comparison is a program for Linux that knows the proxies only as child processes: it uses
 * the JDK alone and no class of Headgate. One thread runs it from top to bottom; load generators
 * that need more threads join them before they return.
 */
@NullMarked
package io.headgate.bench;

import org.jspecify.annotations.NullMarked;
