package io.headgate.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A label selector in Kubernetes' text form: {@code a=b}, {@code a!=b}, {@code a}, {@code !a},
 * {@code a in (x,y)}, {@code a notin (x,y)}, joined by commas.
 *
 * @param text as written
 */
public record LabelSelector(String text, List<Requirement> requirements) {
  /** Matches whatever there is. Has no text form that {@link #parse} would take. */
  public static final LabelSelector EVERYTHING = new LabelSelector("", List.of());

  private static final String KEY = "[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?";
  private static final String VALUE = "([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?";
  private static final Pattern SET =
      Pattern.compile("(" + KEY + ")\\s+(in|notin)\\s*\\(([^()]*)\\)");
  private static final Pattern EQUALITY =
      Pattern.compile("(" + KEY + ")\\s*(==|!=|=)\\s*(" + VALUE + ")");
  private static final Pattern EXISTENCE = Pattern.compile("(!?)\\s*(" + KEY + ")");
  private static final Pattern OUTER_COMMA = Pattern.compile(",(?![^(]*\\))");

  public LabelSelector {
    requirements = List.copyOf(requirements);
  }

  /** One condition on one label. */
  public sealed interface Requirement {
    record In(String key, List<String> values) implements Requirement {}

    record NotIn(String key, List<String> values) implements Requirement {}

    record Exists(String key) implements Requirement {}

    record Missing(String key) implements Requirement {}
  }

  /** Empty where {@code text} is no selector. */
  public static Optional<LabelSelector> parse(String text) {
    List<Requirement> requirements = new ArrayList<>();
    for (String part : OUTER_COMMA.split(text, -1)) {
      Optional<Requirement> requirement = requirement(part.strip());
      if (requirement.isEmpty()) {
        return Optional.empty();
      }
      requirements.add(requirement.get());
    }
    return Optional.of(new LabelSelector(text, requirements));
  }

  public boolean matches(Map<String, String> labels) {
    return requirements.stream()
        .allMatch(requirement ->
            switch (requirement) {
              case Requirement.In(var key, var values) ->
                  labels.containsKey(key) && values.contains(labels.get(key));
              case Requirement.NotIn(var key, var values) ->
                  !labels.containsKey(key) || !values.contains(labels.get(key));
              case Requirement.Exists(var key) -> labels.containsKey(key);
              case Requirement.Missing(var key) -> !labels.containsKey(key);
            });
  }

  private static Optional<Requirement> requirement(String part) {
    Matcher set = SET.matcher(part);
    if (set.matches()) {
      List<String> values = Arrays.stream(set.group(4).split(",", -1)).map(String::strip).toList();
      if (!values.stream().allMatch(value -> value.matches(VALUE))) {
        return Optional.empty();
      }
      return Optional.of(
          set.group(3).equals("in")
              ? new Requirement.In(set.group(1), values)
              : new Requirement.NotIn(set.group(1), values));
    }
    Matcher equality = EQUALITY.matcher(part);
    if (equality.matches()) {
      List<String> value = List.of(equality.group(4));
      return Optional.of(
          equality.group(3).equals("!=")
              ? new Requirement.NotIn(equality.group(1), value)
              : new Requirement.In(equality.group(1), value));
    }
    Matcher existence = EXISTENCE.matcher(part);
    if (existence.matches()) {
      return Optional.of(
          existence.group(1).isEmpty()
              ? new Requirement.Exists(existence.group(2))
              : new Requirement.Missing(existence.group(2)));
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
