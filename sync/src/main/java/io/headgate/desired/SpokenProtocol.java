package io.headgate.desired;

import io.headgate.model.ClusterService.Port;
import io.headgate.model.HealthPolicy;
import io.headgate.model.Listener;
import io.headgate.model.ProbeTarget.Kind;
import java.util.Optional;

/**
 * How a route's backends can be asked whether they read a PROXY header: by what the health check,
 * the Service or a well-known port says is spoken there.
 */
final class SpokenProtocol {
  private SpokenProtocol() {}

  /** Empty where neither HTTP nor TLS is known to be spoken. */
  static Optional<Kind> of(EffectiveRoute route) {
    HealthPolicy health = route.config().policy().health();
    return switch (health.type()) {
      case HTTP -> health.port() == 0 ? Optional.of(Kind.SPEAKS_PROXY_HTTP) : said(route);
      case HTTPS, TLS -> health.port() == 0 ? Optional.of(Kind.SPEAKS_PROXY_TLS) : said(route);
      case OFF, AUTO, TCP -> said(route);
    };
  }

  private static Optional<Kind> said(EffectiveRoute route) {
    Optional<Port> port = route.port();
    String protocol = port.map(Port::appProtocol).orElse("");
    if (!protocol.isEmpty()) {
      return byProtocol(protocol);
    }
    return port.flatMap(named -> byName(named.name()))
        .or(() -> port.flatMap(numbered -> byNumber(numbered.port())))
        .or(() ->
            route.config().listeners().stream()
                .map(Listener::port)
                .flatMap(number -> byNumber(number).stream())
                .findFirst());
  }

  private static Optional<Kind> byProtocol(String appProtocol) {
    return switch (appProtocol) {
      case "http", "kubernetes.io/ws" -> Optional.of(Kind.SPEAKS_PROXY_HTTP);
      case "https", "tls", "kubernetes.io/wss" -> Optional.of(Kind.SPEAKS_PROXY_TLS);
      default -> Optional.empty();
    };
  }

  private static Optional<Kind> byName(String port) {
    return switch (port.split("-", 2)[0]) {
      case "http", "web" -> Optional.of(Kind.SPEAKS_PROXY_HTTP);
      case "https", "tls", "websecure" -> Optional.of(Kind.SPEAKS_PROXY_TLS);
      default -> Optional.empty();
    };
  }

  private static Optional<Kind> byNumber(int port) {
    return switch (port) {
      case 80, 8080 -> Optional.of(Kind.SPEAKS_PROXY_HTTP);
      case 443, 8443 -> Optional.of(Kind.SPEAKS_PROXY_TLS);
      default -> Optional.empty();
    };
  }
}
