package io.headgate.model;

import io.headgate.model.ClusterService.Port;

/** Which port of a Service is meant: by the name or by the number of {@code spec.ports[]}. */
public sealed interface PortReference {
  /** By its name, where it has one. */
  static PortReference to(Port port) {
    return port.name().isEmpty() ? new Numbered(port.port()) : new Named(port.name());
  }

  /** Whether that port is meant, whatever its protocol. */
  default boolean means(Port port) {
    return switch (this) {
      case Named(var name) -> port.name().equals(name);
      case Numbered(var number) -> port.port() == number;
    };
  }

  record Named(String name) implements PortReference {
    @Override
    public String toString() {
      return name;
    }
  }

  record Numbered(int port) implements PortReference {
    @Override
    public String toString() {
      return Integer.toString(port);
    }
  }
}
