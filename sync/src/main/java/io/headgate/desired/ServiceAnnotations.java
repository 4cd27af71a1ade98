package io.headgate.desired;

import io.headgate.config.PolicySetting;
import io.headgate.config.PolicySetting.Outcome;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.LabelSelector;
import io.headgate.model.Printable;
import io.headgate.model.RoutePolicy;
import io.headgate.model.ServiceReport.StatusAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The annotations of a Service under {@code headgate.io/}: their names and what they may say. */
final class ServiceAnnotations {
  static final String PREFIX = "headgate.io/";
  static final String IGNORE = "ignore";
  static final String BACKEND = "backend";
  static final String NODE_SELECTOR = "node-selector";
  static final String STATUS_ADDRESS = "status-address";
  static final String PORTS = "ports";
  static final String PROXY_PROTOCOL = "proxy-protocol";

  private static final String HOSTNAME = "hostname:";
  private static final String DNS_NAME =
      "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*";

  /** Known, and looked at where addresses are given, or written by us. */
  private static final Set<String> OTHERS =
      Set.of("ips", "pool", "share-key", "announced-by", "allocated", "allocated-from");

  private static final Set<String> SETTINGS = PolicySetting.names();

  /** All of them, without prefix. */
  static final Set<String> NAMES = names();

  private ServiceAnnotations() {}

  /** Of {@code headgate.io/backend}. */
  enum BackendMode {
    /** The NodePort, where the Service has one, else its endpoints. */
    AUTO("auto"),
    NODE("node"),
    ENDPOINT("endpoint"),
    /** The address that another load balancer has given the Service. */
    LOAD_BALANCER_IP("lbIP");

    private final String word;

    BackendMode(String word) {
      this.word = word;
    }

    static Optional<BackendMode> parse(String text) {
      return Arrays.stream(values())
          .filter(mode -> mode.word.equalsIgnoreCase(text.strip()))
          .findFirst();
    }
  }

  private static Set<String> names() {
    Set<String> names = new TreeSet<>(SETTINGS);
    names.addAll(OTHERS);
    names.addAll(Set.of(IGNORE, BACKEND, NODE_SELECTOR, STATUS_ADDRESS, PORTS));
    return names;
  }

  static boolean known(String name) {
    return NAMES.contains(name);
  }

  /** The name that was probably meant. */
  static Optional<String> similar(String name) {
    return Similar.to(name, NAMES.stream());
  }

  /** Whether it is somebody else's matter what it says. */
  static boolean isForOthers(String name) {
    return OTHERS.contains(name);
  }

  /** Whether it changes the policy of the Service's routes. */
  static boolean isPolicy(String name) {
    return SETTINGS.contains(name);
  }

  /**
   * What is wrong with a value, and what is allowed.
   *
   * @param ours the Service's class is ours
   */
  static Optional<String> problem(String name, String text, boolean ours) {
    return switch (name) {
      case IGNORE -> unless(flag(text).isPresent(), text, "true | false");
      case NODE_SELECTOR ->
          unless(
              LabelSelector.parse(text).isPresent(),
              text,
              "a label selector such as \"node-role.kubernetes.io/ingress=\"");
      case STATUS_ADDRESS ->
          unless(statusAddress(text).isPresent(), text, "ip | hostname:NAME | none");
      case BACKEND -> backendProblem(text, ours);
      case PORTS -> PortMapping.problem(text);
      case PROXY_PROTOCOL ->
          PortChoice.isOne(text) ? PortChoice.problem(text) : policyProblem(name, text);
      default -> isPolicy(name) ? policyProblem(name, text) : Optional.empty();
    };
  }

  static Optional<Boolean> flag(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  static Optional<StatusAddress> statusAddress(String text) {
    String value = text.strip();
    if (value.startsWith(HOSTNAME)) {
      return Optional.of(value.substring(HOSTNAME.length()))
          .filter(name -> name.length() <= 253 && name.matches(DNS_NAME))
          .map(StatusAddress.Hostname::new);
    }
    return switch (value) {
      case "ip" -> Optional.of(new StatusAddress.Ip());
      case "none" -> Optional.of(new StatusAddress.None());
      default -> Optional.empty();
    };
  }

  /** {@code policy} with one annotation that has no {@link #problem}. */
  static RoutePolicy apply(RoutePolicy policy, String name, String text, Port port) {
    Optional<String> value =
        name.equals(PROXY_PROTOCOL) && PortChoice.isOne(text)
            ? PortChoice.of(text, port)
            : Optional.of(text);
    if (value.isEmpty()) {
      return policy;
    }
    return switch (PolicySetting.apply(policy, name, value.get())) {
      case Outcome.Valid(var changed) -> changed;
      case Outcome.Invalid(var problem) -> throw new IllegalArgumentException(problem);
    };
  }

  /** What is odd about the ports that a valid value names, seen the Service that it is of. */
  static Optional<String> strangePorts(String name, String text, ClusterService service) {
    return switch (name) {
      case PORTS ->
          strange(PortMapping.ports(text), service)
              .or(() -> PortMapping.twice(text, service).map(port -> "port " + port + " twice"));
      case PROXY_PROTOCOL ->
          PortChoice.isOne(text) ? strange(PortChoice.ports(text), service) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<String> strange(List<String> ports, ClusterService service) {
    String strange =
        ports.stream()
            .filter(named -> service.ports().stream().noneMatch(p -> PortChoice.names(named, p)))
            .map(Printable::text)
            .collect(Collectors.joining(", "));
    return strange.isEmpty()
        ? Optional.empty()
        : Optional.of("ports that are not there: " + strange);
  }

  private static Optional<String> backendProblem(String text, boolean ours) {
    Optional<BackendMode> mode = BackendMode.parse(text);
    return ours
        ? unless(
            mode.isPresent() && mode.get() != BackendMode.LOAD_BALANCER_IP,
            text,
            "auto | node | endpoint; lbIP only where another load balancer gives the address")
        : unless(mode.isPresent(), text, "auto | node | endpoint | lbIP");
  }

  static Optional<String> policyProblem(String name, String text) {
    return switch (PolicySetting.apply(RoutePolicy.DEFAULTS, name, text)) {
      case Outcome.Valid _ -> Optional.empty();
      case Outcome.Invalid(var problem) -> Optional.of(problem);
    };
  }

  static Optional<String> unless(boolean valid, String text, String allowed) {
    return valid
        ? Optional.empty()
        : Optional.of("'%s' is not valid (allowed: %s)".formatted(Printable.text(text), allowed));
  }
}
