package io.headgate.relay;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * One connection that has ended.
 *
 * @param client its address, from the PROXY header where one was accepted
 * @param backend empty where none was reached
 * @param connectNs from accept to the backend's answer, 0 where none was reached
 * @param durationNs from accept to the end
 */
public record ConnectionSummary(
    String route,
    InetSocketAddress client,
    Optional<InetSocketAddress> backend,
    long connectNs,
    long durationNs,
    long fromClientBytes,
    long toClientBytes,
    CloseReason reason) {}
