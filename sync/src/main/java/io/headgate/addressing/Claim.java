package io.headgate.addressing;

import io.headgate.model.ClusterService;
import io.headgate.model.EdgePort;
import java.util.List;

/**
 * A Service that is to be given addresses.
 *
 * @param ports that it wants of each of them
 */
public record Claim(ClusterService service, List<EdgePort> ports) {
  public Claim {
    ports = List.copyOf(ports);
  }
}
