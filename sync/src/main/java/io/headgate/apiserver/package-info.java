/**
 * A small Kubernetes API server of our own: enough of LIST and WATCH of Services, EndpointSlices
 * and Nodes, and of writing the status of Services, Events and Leases, for the demo and for the
 * tests, which make it misbehave on purpose.
 *
 * <p>Not a part of an edge in service. Objects are JSON trees; it knows no fabric8.
 */
@NullMarked
package io.headgate.apiserver;

import org.jspecify.annotations.NullMarked;
