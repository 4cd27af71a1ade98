package io.headgate.addressing;

import io.headgate.model.Addresses;
import java.net.InetAddress;

/** A port of an address that two Services want. */
record Conflict(Port port, InetAddress address, Claimant owner) {
  /** {@code spec.ports[].protocol} and {@code .port}. */
  record Port(String protocol, int number) {
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
