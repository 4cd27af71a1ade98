package io.headgate.admin;

import java.util.List;

/**
 * A route in one line.
 *
 * @param nodePort of the Service's port that it forwards to; 0 where there is none
 * @param mode normal, draining-only, fail-open or empty
 * @param usable backends that take new connections
 * @param affinityClients clients that come back to the backend they had
 */
public record RouteView(
    String route,
    List<String> listeners,
    String source,
    int nodePort,
    String balance,
    String proxyProtocol,
    String mode,
    int usable,
    int backends,
    long active,
    long waiting,
    long accepted,
    long fromClientBytes,
    long toClientBytes,
    long connectRetries,
    long failed,
    long affinityClients) {}
