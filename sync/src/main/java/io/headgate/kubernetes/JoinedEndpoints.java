package io.headgate.kubernetes;

import io.headgate.model.ClusterEndpoint;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The endpoints of all EndpointSlices of a Service together, in the order of their addresses.
 *
 * <p>An address may be in two slices for a while: an endpoint that moves between slices, or a new
 * pod that was given the address of one that still terminates. As in kube-proxy the one that does
 * not terminate counts; two alike are one with the ports of both.
 */
final class JoinedEndpoints {
  private JoinedEndpoints() {}

  static List<ClusterEndpoint> of(Collection<Item.OfSlice> slices) {
    Map<String, ClusterEndpoint> byAddress = new TreeMap<>();
    for (Item.OfSlice slice : slices) {
      slice.endpoints().forEach(e -> byAddress.merge(e.address(), e, JoinedEndpoints::join));
    }
    return List.copyOf(byAddress.values());
  }

  private static ClusterEndpoint join(ClusterEndpoint one, ClusterEndpoint other) {
    if (one.terminating() != other.terminating()) {
      return one.terminating() ? other : one;
    }
    Map<String, Integer> ports = new HashMap<>(one.ports());
    ports.putAll(other.ports());
    ClusterEndpoint better = one.ready() || !other.ready() ? one : other;
    return new ClusterEndpoint(
        better.address(),
        better.node(),
        better.ready(),
        better.serving(),
        better.terminating(),
        ports,
        better.hints());
  }
}
