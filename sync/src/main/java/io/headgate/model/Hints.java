package io.headgate.model;

import java.util.List;

/**
 * Whom an endpoint is meant for ({@code endpoints[].hints} of an EndpointSlice): node proxies keep
 * to these hints where every ready endpoint has some.
 *
 * @param zones {@code forZones[].name}
 * @param nodes {@code forNodes[].name} (KEP-3015)
 */
public record Hints(List<String> zones, List<String> nodes) {
  /** Of most endpoints: nothing is said. */
  public static final Hints NONE = new Hints(List.of(), List.of());

  public Hints {
    zones = List.copyOf(zones);
    nodes = List.copyOf(nodes);
  }

  /** The same; one object for all that say nothing. */
  public static Hints of(List<String> zones, List<String> nodes) {
    return zones.isEmpty() && nodes.isEmpty() ? NONE : new Hints(zones, nodes);
  }
}
