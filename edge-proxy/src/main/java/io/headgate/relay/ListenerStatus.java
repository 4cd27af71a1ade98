package io.headgate.relay;

import io.headgate.model.Listener;
import java.util.Optional;

/**
 * Whether a listener of the table is bound.
 *
 * @param port the port that is really bound, which differs where the listener asked for port 0
 * @param problem why it could not be bound, naming address, port and cause; empty where it is
 */
public record ListenerStatus(Listener listener, String route, int port, Optional<String> problem) {}
