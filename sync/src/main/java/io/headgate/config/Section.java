package io.headgate.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.headgate.config.Problems.Position;
import io.headgate.model.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * One block of the file. Every reading method names a key that is allowed; what is wrong goes to
 * the problems and a stand-in is returned, so that all is found in one pass. {@link
 * #rejectUnknownKeys} comes last.
 */
final class Section {
  private static final ConfigObject NOTHING = ConfigFactory.empty().root();
  private static final Duration LONGEST = Duration.ofDays(365);
  private static final Set<String> TRUE = Set.of("true", "on", "yes");
  private static final Set<String> FALSE = Set.of("false", "off", "no");

  private final String path;
  private final Position position;
  private final ConfigObject written;
  private final ConfigObject values;
  private final Problems problems;
  private final Set<String> known = new TreeSet<>();
  private final List<Section> children = new ArrayList<>();

  private Section(
      String path,
      Position position,
      ConfigObject written,
      ConfigObject values,
      Problems problems) {
    this.path = path;
    this.position = position;
    this.written = written;
    this.values = values;
    this.problems = problems;
  }

  /** The whole file as a block without a name. */
  static Section root(HoconFile hocon, Position position, Problems problems) {
    return new Section("", position, hocon.written(), hocon.resolved(), problems);
  }

  /** True where the file has the key, with whatever value. */
  boolean has(String key) {
    known.add(key);
    return values.containsKey(key);
  }

  /** A list that must have an element where it is there. */
  void rejectEmptyList(String key) {
    if (values.get(key) instanceof ConfigList list && list.isEmpty()) {
      problem(key, "is empty", "at least one");
    }
  }

  /** A key that must be there. */
  boolean require(String key, String allowed) {
    if (!has(key)) {
      problems.add(position, pathOf(key) + ": missing (allowed: " + allowed + ")");
    }
    return has(key);
  }

  String text(String key, String fallback) {
    return parsed(key, fallback, "text", Optional::of);
  }

  /** Text that {@code parse} understands. */
  <T> T parsed(String key, T fallback, String allowed, Function<String, Optional<T>> parse) {
    return parsed(key, allowed, parse).orElse(fallback);
  }

  /** Such text where it is there and understood. */
  <T> Optional<T> parsed(String key, String allowed, Function<String, Optional<T>> parse) {
    return value(key).flatMap(value -> parsed(value, key, positionOf(key), allowed, parse));
  }

  /** A list of such texts. */
  <T> List<T> list(
      String key, List<T> fallback, String allowed, Function<String, Optional<T>> parse) {
    Optional<ConfigValue> value = value(key);
    if (value.isEmpty()) {
      return fallback;
    }
    if (!(value.get() instanceof ConfigList list)) {
      problem(key, shown(value.get()) + " is not a list", "[…], each " + allowed);
      return fallback;
    }
    List<T> elements = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      Position at = Position.of(list.get(i).origin());
      parsed(list.get(i), key + "[" + i + "]", at.line() > 0 ? at : positionOf(key), allowed, parse)
          .filter(element -> isNew(element, elements, key))
          .ifPresent(elements::add);
    }
    return elements;
  }

  /** A whole number within bounds. */
  int integer(String key, int fallback, int least, int most) {
    Optional<ConfigValue> value = value(key);
    if (value.isEmpty()) {
      return fallback;
    }
    String allowed = most == Integer.MAX_VALUE ? least + " or more" : least + " to " + most;
    OptionalLong number = wholeNumber(value.get());
    if (number.isEmpty()) {
      problem(key, shown(value.get()) + " is not a whole number", allowed);
    } else if (number.getAsLong() < least || number.getAsLong() > most) {
      problem(key, shown(value.get()) + " is out of range", allowed);
    } else {
      return (int) number.getAsLong();
    }
    return fallback;
  }

  /** A duration by HOCON's rules: with a unit, or in milliseconds. */
  Duration duration(String key, Duration fallback, Duration least) {
    Optional<ConfigValue> value = value(key);
    if (value.isEmpty()) {
      return fallback;
    }
    String allowed =
        "a duration such as 200ms, 5s, 5m or 1h"
            + (least.isZero() ? "" : ", at least " + least.toMillis() + "ms");
    try {
      Duration duration = value.get().atKey("it").getDuration("it");
      if (duration.compareTo(least) >= 0 && duration.compareTo(LONGEST) <= 0) {
        return duration;
      }
      problem(key, shown(value.get()) + " is out of range", allowed + ", at most 365d");
    } catch (ConfigException _) {
      problem(key, shown(value.get()) + " is not a duration", allowed);
    }
    return fallback;
  }

  boolean flag(String key, boolean fallback) {
    return parsed(
        key,
        fallback,
        "true | false",
        text -> {
          if (TRUE.contains(text)) {
            return Optional.of(true);
          }
          return FALSE.contains(text) ? Optional.of(false) : Optional.empty();
        });
  }

  /** One of an enum's values, written in lower case with hyphens. */
  <E extends Enum<E>> E choice(String key, E fallback) {
    return choice(key, fallback, value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  /** One of an enum's values. */
  <E extends Enum<E>> E choice(String key, E fallback, Function<E, String> spelling) {
    List<E> all = Arrays.asList(fallback.getDeclaringClass().getEnumConstants());
    List<String> words = all.stream().map(spelling).toList();
    return value(key)
        .flatMap(value -> {
          Optional<E> chosen =
              scalar(value).map(words::indexOf).filter(index -> index >= 0).map(all::get);
          if (chosen.isEmpty()) {
            problem(
                key,
                shown(value) + " is not a choice",
                String.join(" | ", words) + didYouMean(scalar(value).orElse(""), words));
          }
          return chosen;
        })
        .orElse(fallback);
  }

  /** The block of that name; one without keys where there is none. */
  Section block(String key) {
    return optionalBlock(key)
        .orElseGet(() -> new Section(pathOf(key), position, NOTHING, NOTHING, problems));
  }

  /** The block of that name, where there is one. */
  Optional<Section> optionalBlock(String key) {
    Optional<ConfigValue> value = value(key);
    if (value.isPresent() && !(value.get() instanceof ConfigObject)) {
      problem(key, shown(value.get()) + " is not a block", key + " { … }");
    }
    return value
        .filter(ConfigObject.class::isInstance)
        .map(ConfigObject.class::cast)
        .map(block -> {
          ConfigObject writtenBlock =
              writtenValue(key)
                  .filter(ConfigObject.class::isInstance)
                  .map(ConfigObject.class::cast)
                  .orElse(NOTHING);
          var child = new Section(pathOf(key), positionOf(key), writtenBlock, block, problems);
          children.add(child);
          return child;
        });
  }

  /** A block whose keys are names of the operator's choice: one block for each, in file order. */
  List<Section> namedBlocks() {
    return values.keySet().stream()
        .sorted(
            Comparator.comparingInt((String name) -> positionOf(name).line())
                .thenComparing(Comparator.naturalOrder()))
        .flatMap(name -> optionalBlock(name).stream())
        .toList();
  }

  /** The key that this block has in the one around it. */
  String name() {
    return ConfigUtil.splitPath(path).getLast();
  }

  /** Says that what stands at the key is wrong. */
  void problem(String key, String what, String allowed) {
    problems.add(positionOf(key), pathOf(key) + ": " + what + " (allowed: " + allowed + ")");
  }

  /** Says that what the key asks for is known and not served yet. */
  void notInThisVersion(String key) {
    problems.add(positionOf(key), pathOf(key) + ": not in this version");
  }

  /** Says that the block as a whole is wrong. */
  void problem(String what, String allowed) {
    problems.add(position, path + ": " + what + " (allowed: " + allowed + ")");
  }

  /** Names every key, here and in the blocks within, that nothing has asked for. */
  void rejectUnknownKeys() {
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        problem(key, "unknown key", String.join(", ", known) + didYouMean(key, known));
      }
    }
    children.forEach(Section::rejectUnknownKeys);
  }

  private static String didYouMean(String written, Collection<String> words) {
    return Spelling.nearest(written, words)
        .map(word -> "; did you mean '" + word + "'?")
        .orElse("");
  }

  private <T> boolean isNew(T element, List<T> before, String key) {
    if (before.contains(element)) {
      problem(key, element + " is listed twice", "each once");
    }
    return !before.contains(element);
  }

  private <T> Optional<T> parsed(
      ConfigValue value,
      String key,
      Position at,
      String allowed,
      Function<String, Optional<T>> parse) {
    Optional<T> parsed = scalar(value).flatMap(parse);
    if (parsed.isEmpty()) {
      problems.add(
          at, pathOf(key) + ": " + shown(value) + " is not valid (allowed: " + allowed + ")");
    }
    return parsed;
  }

  private Optional<ConfigValue> value(String key) {
    known.add(key);
    return Optional.ofNullable(values.get(key));
  }

  private Optional<ConfigValue> writtenValue(String key) {
    try {
      return Optional.ofNullable(written.get(key));
    } catch (ConfigException.NotResolved _) {
      return Optional.empty(); // the block itself is the sum of substitutions
    }
  }

  /** Where the key was written: a substituted value itself may come from the environment. */
  private Position positionOf(String key) {
    return writtenValue(key)
        .or(() -> Optional.ofNullable(values.get(key)))
        .map(value -> Position.of(value.origin()))
        .filter(at -> at.line() > 0)
        .orElse(position);
  }

  private String pathOf(String key) {
    String quoted = key.matches("[-A-Za-z0-9_]+(\\[\\d+\\])?") ? key : ConfigUtil.quoteString(key);
    return path.isEmpty() ? quoted : path + "." + quoted;
  }

  private static OptionalLong wholeNumber(ConfigValue value) {
    try {
      return scalar(value).map(Long::valueOf).stream().mapToLong(Long::longValue).findFirst();
    } catch (NumberFormatException _) {
      return OptionalLong.empty();
    }
  }

  private static Optional<String> scalar(ConfigValue value) {
    return switch (value.valueType()) {
      case STRING, NUMBER, BOOLEAN -> Optional.of(value.atKey("it").getString("it"));
      case OBJECT, LIST, NULL -> Optional.empty();
    };
  }

  private static String shown(ConfigValue value) {
    return switch (value.valueType()) {
      case OBJECT -> "a block";
      case LIST -> "a list";
      case NULL -> "null";
      case STRING -> Printable.quoted(scalar(value).orElse(""));
      case NUMBER, BOOLEAN -> Printable.text(scalar(value).orElse(""));
    };
  }
}
