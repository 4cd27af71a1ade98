/**
 * How a running edge is asked and told: HTTP and JSON on a Unix socket, the same read-only on a
 * loopback port, the page at {@code /}, metrics; and the client side of the socket for the command.
 *
 * <p>Serves views that {@code app} hands to it, on threads of its own; it knows no other package's
 * state.
 */
@NullMarked
package io.headgate.admin;

import org.jspecify.annotations.NullMarked;
