package io.headgate.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import io.headgate.config.Problems.Position;
import io.headgate.model.RoutePolicy;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One setting of a route's policy as the annotation of a Service writes it. It is read by the rules
 * of the file; its name may be the file's or one that users of other load balancers know.
 */
public final class PolicySetting {
  /** From the name of an annotation, without its prefix, to the key of {@code defaults}. */
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("proxy-protocol", "proxy-protocol"),
          Map.entry("algorithm", "balance"),
          Map.entry("balance", "balance"),
          Map.entry("idle-timeout", "idle-timeout"),
          Map.entry("drain-timeout", "drain-timeout"),
          Map.entry("connect-timeout", "connect-timeout"),
          Map.entry("max-conn", "max-connections"),
          Map.entry("max-connections", "max-connections"),
          Map.entry("max-conn-per-client", "max-connections-per-client"),
          Map.entry("max-connections-per-client", "max-connections-per-client"),
          Map.entry("conn-rate-per-client", "connection-rate-per-client"),
          Map.entry("connection-rate-per-client", "connection-rate-per-client"),
          Map.entry("health-check", "health.type"),
          Map.entry("health-check-port", "health.port"),
          Map.entry("health-check-path", "health.path"),
          Map.entry("health-check-interval", "health.interval"),
          Map.entry("health-check-timeout", "health.timeout"),
          Map.entry("health-check-rise", "health.rise"),
          Map.entry("health-check-fall", "health.fall"));

  private static final Map<String, String> OTHER_WORDS =
      Map.of(
          "leastconn", "least-connections",
          "p2c", "least-connections",
          "roundrobin", "round-robin",
          "source", "source-hash");

  private PolicySetting() {}

  /** What a setting comes to. */
  public sealed interface Outcome {
    record Valid(RoutePolicy policy) implements Outcome {}

    /**
     * It means nothing.
     *
     * @param problem what is wrong, and in parentheses what is allowed
     */
    record Invalid(String problem) implements Outcome {}
  }

  /** All that may be set so. */
  public static Set<String> names() {
    return new TreeSet<>(KEYS.keySet());
  }

  /**
   * {@code policy} with one setting changed.
   *
   * @param name one of {@link #names}
   */
  public static Outcome apply(RoutePolicy policy, String name, String text) {
    String path = KEYS.get(name);
    if (path == null) {
      throw new IllegalArgumentException("no setting " + name);
    }
    String value = text.strip();
    ConfigObject block =
        ConfigFactory.empty()
            .withValue(path, ConfigValueFactory.fromAnyRef(inWordsOfTheFile(path, value)))
            .root();
    var problems = new Problems(name);
    var section = Section.root(new HoconFile(block, block), new Position(name, 0), problems);
    RoutePolicy changed = PolicyBlock.read(section, policy);
    List<String> texts = problems.texts();
    return texts.isEmpty()
        ? new Outcome.Valid(changed)
        : new Outcome.Invalid(texts.getFirst().substring(path.length() + ": ".length()));
  }

  private static String inWordsOfTheFile(String path, String value) {
    String word = value.toLowerCase(Locale.ROOT);
    return path.equals("balance") ? OTHER_WORDS.getOrDefault(word, value) : value;
  }
}
