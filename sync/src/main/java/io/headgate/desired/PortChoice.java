package io.headgate.desired;

import io.headgate.model.ClusterService.Port;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A value for each port of a Service, {@code 80=off,443=v2}, by number or by name. */
final class PortChoice {
  private static final String ALLOWED = "off | v1 | v2 | auto, or one for each port: 80=off,443=v2";

  private PortChoice() {}

  /** Whether it is one, and not a single value for all ports. */
  static boolean isOne(String text) {
    return text.indexOf('=') >= 0;
  }

  static Optional<String> problem(String text) {
    boolean valid =
        entries(text).stream()
            .allMatch(entry ->
                !portOf(entry).isEmpty()
                    && ServiceAnnotations.policyProblem(
                            ServiceAnnotations.PROXY_PROTOCOL, valueOf(entry))
                        .isEmpty());
    return ServiceAnnotations.unless(valid, text, ALLOWED);
  }

  /** The ports that it names. */
  static List<String> ports(String text) {
    return entries(text).stream().map(PortChoice::portOf).toList();
  }

  /** The value for {@code port}; empty where it says nothing of it. */
  static Optional<String> of(String text, Port port) {
    return entries(text).stream()
        .filter(entry -> names(portOf(entry), port))
        .map(PortChoice::valueOf)
        .findFirst();
  }

  static boolean names(String named, Port port) {
    return named.equals(Integer.toString(port.port()))
        || (!port.name().isEmpty() && named.equals(port.name()));
  }

  static List<String> entries(String text) {
    return Arrays.asList(text.split(",", -1));
  }

  /** What stands before the sign; empty where there is none. */
  static String portOf(String entry) {
    int sign = entry.indexOf('=');
    return sign < 0 ? "" : entry.substring(0, sign).strip();
  }

  static String valueOf(String entry) {
    return entry.substring(entry.indexOf('=') + 1).strip();
  }
}
