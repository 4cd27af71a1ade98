package io.headgate.addressing;

import io.headgate.model.Addresses;
import io.headgate.model.EdgePort;
import java.net.InetAddress;

/** A port of an address that two Services want. */
record Conflict(Port port, InetAddress address, Claimant owner) {
  /** {@code spec.ports[].protocol}, and the number on the edge. */
  record Port(String protocol, int number) {
    static Port of(EdgePort wanted) {
      return new Port(wanted.port().protocol(), wanted.number());
    }

    @Override
    public String toString() {
      return protocol + " " + number;
    }
  }

  @Override
  public String toString() {
    return port + " of " + Addresses.text(address) + " belongs to " + owner.key();
  }
}
