/**
 * Following a cluster: LIST and WATCH of Services, EndpointSlices and Nodes, and where asked for of
 * MetalLB's pools and of namespaces, into an immutable {@link io.headgate.model.ClusterSnapshot},
 * and the last good one on disk for a start without the API.
 *
 * <p>And telling it: the status of Services, Events, and where asked for the connections of Nodes
 * that drain, by the one edge that holds the Lease.
 *
 * <p>Started and closed by {@code app}; hands every new state to one subscriber from its own
 * threads. The only home of fabric8.
 */
@NullMarked
package io.headgate.kubernetes;

import org.jspecify.annotations.NullMarked;
