package io.headgate.admin;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request that came in complete and in order.
 *
 * @param path decoded, without the query
 * @param operator who is at the other end of the Unix socket; empty on the read-only port
 */
record Ask(
    String method,
    String path,
    Map<String, List<String>> query,
    String body,
    Optional<String> operator) {}
