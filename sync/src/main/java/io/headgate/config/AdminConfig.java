package io.headgate.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the edge can be asked.
 *
 * @param http a loopback address for reading only; empty for none
 */
public record AdminConfig(Path socket, Optional<InetSocketAddress> http) {}
