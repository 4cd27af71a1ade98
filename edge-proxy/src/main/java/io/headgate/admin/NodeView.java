package io.headgate.admin;

import java.util.List;

/**
 * A node in one line, over all routes.
 *
 * @param ready yes, no or unknown; empty for a fixed backend
 * @param flags cordoned, deleting, excluded …
 * @param order drain or maint where the operator has said so for every route, otherwise empty
 * @param states how often it is in which state: {@code UP 2}
 */
public record NodeView(
    String node,
    String address,
    String ready,
    List<String> flags,
    String order,
    List<String> states,
    long active) {}
