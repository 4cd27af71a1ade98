package io.headgate.relay;

/**
 * How a listening socket is bound.
 *
 * @param shared with the sockets of the other loops (SO_REUSEPORT)
 * @param free also where this host does not have the address yet (IP_FREEBIND)
 */
record Binding(boolean shared, boolean free) {}
