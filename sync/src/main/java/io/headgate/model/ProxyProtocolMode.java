package io.headgate.model;

import java.util.Optional;

/** Which PROXY protocol header the backends of a route are sent: {@code proxy-protocol}. */
public enum ProxyProtocolMode {
  OFF,
  V1,
  V2,
  /** Each backend is asked whether it expects one, and sent one of version 2 where it does. */
  AUTO;

  /** The same for all backends; empty where each is sent its own. */
  public Optional<ProxyProtocol> fixed() {
    return switch (this) {
      case OFF -> Optional.of(ProxyProtocol.OFF);
      case V1 -> Optional.of(ProxyProtocol.V1);
      case V2 -> Optional.of(ProxyProtocol.V2);
      case AUTO -> Optional.empty();
    };
  }
}
