package io.headgate.relay;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A client of a route with affinity and the backend that it belongs to.
 *
 * @param agoMs when it last came
 */
public record ClientHome(InetAddress client, InetSocketAddress backend, long agoMs) {}
