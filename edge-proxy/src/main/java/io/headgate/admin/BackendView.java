package io.headgate.admin;

/**
 * A backend of a route in one line.
 *
 * @param weightPercent 100 for one node or one ready local endpoint
 * @param sinceSeconds in its state
 * @param probe what is probed and what it last said; empty where nothing is
 */
public record BackendView(
    String route,
    String node,
    String address,
    String state,
    double sinceSeconds,
    int weightPercent,
    String reason,
    String probe,
    long active,
    long total,
    long connectFailures,
    long fromClientBytes,
    long toClientBytes) {}
