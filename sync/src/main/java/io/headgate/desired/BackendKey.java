package io.headgate.desired;

import java.net.InetSocketAddress;

/** A backend across tables: the same node address and port on the same route. */
public record BackendKey(String route, InetSocketAddress address) {}
