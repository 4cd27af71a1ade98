/**
 * System calls by {@code java.lang.foreign}: what Linux offers and the JDK does not. The only home
 * of native calls of our own.
 *
 * <p>Called from any thread, but for {@link io.headgate.linux.StreamSockets}, of which each event
 * loop has its own, and for most of what a takeover needs, which one platform thread owns: each
 * class says so. Every call says what it does where the platform lacks it.
 */
@NullMarked
package io.headgate.linux;

import org.jspecify.annotations.NullMarked;
