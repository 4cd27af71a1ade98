/**
 * The values everything else shares: what listens where, which backends may serve it, what the
 * cluster looked like, what the probes and the operator say.
 *
 * <p>Every type is immutable and thread-safe. Nothing here opens a socket, reads a clock or knows a
 * library beyond the JDK; any package may use it, on any thread.
 */
@NullMarked
package io.headgate.model;

import org.jspecify.annotations.NullMarked;
