package io.headgate.desired;

import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.EdgePort;
import io.headgate.model.Printable;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which ports of the edge serve which of a Service, {@code 443=https,8080=80}: the edge's by
 * number, the Service's by name or number. One for one, for a port of a Service is one route.
 */
final class PortMapping {
  private static final String ALLOWED =
      "EDGE-PORT=SERVICE-PORT, the latter by name or number, such as 443=https,80=http";

  private PortMapping() {}

  static Optional<String> problem(String text) {
    List<String> entries = PortChoice.entries(text);
    boolean valid =
        entries.stream()
            .allMatch(entry -> number(entry) > 0 && !PortChoice.valueOf(entry).isEmpty());
    return ServiceAnnotations.unless(valid, text, ALLOWED)
        .or(() -> repeated(entries.stream().map(entry -> Integer.toString(number(entry)))))
        .or(() -> repeated(ports(text).stream()));
  }

  /** The ports of the Service that it names. */
  static List<String> ports(String text) {
    return PortChoice.entries(text).stream().map(PortChoice::valueOf).toList();
  }

  /** A port of the Service that it names in two ways. */
  static Optional<String> twice(String text, ClusterService service) {
    return service.ports().stream()
        .filter(
            port -> ports(text).stream().filter(named -> PortChoice.names(named, port)).count() > 1)
        .map(port -> port.name() + " (" + port.port() + ")")
        .findFirst();
  }

  /** What the Service has of the ports that are named, in its order. */
  static List<EdgePort> of(String text, ClusterService service) {
    return service.ports().stream().flatMap(port -> of(text, port).stream()).toList();
  }

  private static Optional<EdgePort> of(String text, Port port) {
    return PortChoice.entries(text).stream()
        .filter(entry -> PortChoice.names(PortChoice.valueOf(entry), port))
        .map(entry -> new EdgePort(number(entry), port))
        .findFirst();
  }

  /** Of the edge; 0 for what is no port. */
  private static int number(String entry) {
    String text = PortChoice.portOf(entry);
    int number = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    return number <= 65_535 ? number : 0;
  }

  private static Optional<String> repeated(Stream<String> ports) {
    Set<String> seen = new HashSet<>();
    return ports
        .filter(port -> !seen.add(port))
        .findFirst()
        .map(port -> "port '" + Printable.text(port) + "' is named twice");
  }
}
