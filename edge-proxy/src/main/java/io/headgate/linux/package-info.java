/**
 * System calls by {@code java.lang.foreign}: what Linux offers and the JDK does not. The only home
 * of native calls of our own.
 *
 * <p>Called from any thread, but for {@link io.headgate.linux.StreamSockets}, of which each event
 * loop has its own, and for what a takeover needs, which one platform thread owns: {@link
 * io.headgate.linux.DescriptorWait}, {@link io.headgate.linux.VrrpSocket}, {@link
 * io.headgate.linux.PacketSocket}, {@link io.headgate.linux.InterfaceAddresses}, {@link
 * io.headgate.linux.LocalRoutes}, {@link io.headgate.linux.NetworkLinks} and {@link
 * io.headgate.linux.NetworkChanges}. {@link io.headgate.linux.Lifeline} has a thread of its own.
 * Every call says what it does where the platform lacks it.
 */
@NullMarked
package io.headgate.linux;

import org.jspecify.annotations.NullMarked;
