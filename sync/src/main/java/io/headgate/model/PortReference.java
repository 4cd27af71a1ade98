package io.headgate.model;

/** Which port of a Service is meant: by the name or by the number of {@code spec.ports[]}. */
public sealed interface PortReference {
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
