package io.headgate.addressing;

/**
 * How full a pool is. An address that Services share counts once.
 *
 * @param pool its name
 * @param availableIpv4 that it can still give out, by asking or unasked
 * @param availableIpv6 as above; not exact near {@link Long#MAX_VALUE}, where counting ends
 */
public record PoolUse(
    String pool, long assignedIpv4, long availableIpv4, long assignedIpv6, long availableIpv6) {}
