package io.headgate.model;

import io.headgate.model.ClusterService.Port;

/**
 * A port of a Service, and where the edge listens for it.
 *
 * @param number 1..65535, on each address that the Service has of the edge
 * @param port of the Service
 */
public record EdgePort(int number, Port port) {
  /** The same port on both sides, as everywhere where nobody says otherwise. */
  public static EdgePort same(Port port) {
    return new EdgePort(port.port(), port);
  }
}
