package io.headgate.takeover.peer;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of one peer at one moment.
 *
 * @param address as configured
 * @param name that it gave itself; empty until met
 * @param startId of its process, random, in hexadecimal; another one means that it has restarted
 * @param connected whether a connection with its process is open
 * @param lifeline of its process
 * @param since when the verdict is what it is, by the wall clock
 * @param leaving why it leaves, where it has said goodbye
 * @param roundTrip of the latest ping
 */
public record PeerStatus(
    InetSocketAddress address,
    Optional<String> name,
    Optional<String> startId,
    Verdict verdict,
    boolean connected,
    LifelineState lifeline,
    Instant since,
    Optional<GoodbyeReason> leaving,
    Optional<Duration> roundTrip,
    PeerCounters counters) {}
