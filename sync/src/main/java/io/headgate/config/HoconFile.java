package io.headgate.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.headgate.model.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A HOCON file, read.
 *
 * @param written before substitutions: it knows the line of each key
 * @param resolved after them
 */
record HoconFile(ConfigObject written, ConfigObject resolved) {
  // The library says this of a brace, too.
  private static final String UNCLOSED = "expecting a close parentheses ')' here, not: end of file";
  private static final Pattern MISSING =
      Pattern.compile("Could not resolve substitution to a value: \\$\\{([^}]+)\\}");

  /**
   * Reads the file and makes its substitutions, from the file itself and from nothing but {@code
   * environment}.
   *
   * @throws InvalidConfigException where it is no HOCON, and nothing more can be said of it
   */
  static HoconFile read(Path file, Map<String, String> environment, Problems problems)
      throws InvalidConfigException {
    try {
      Config written = Includes.parse(file).toConfig();
      return new HoconFile(written.root(), resolve(written, environment, problems));
    } catch (IOException e) {
      problems.add(new Problems.Position(file.toString(), 0), Includes.reason(e));
    } catch (ConfigException e) {
      problems.add(position(e, file), message(e));
    }
    throw problems.exception();
  }

  /** A substitution without a value is told of and given a stand-in, so that the rest is read. */
  private static ConfigObject resolve(
      Config written, Map<String, String> environment, Problems problems) {
    Map<String, String> known = new HashMap<>(environment);
    while (true) {
      try {
        return written
            .resolve(ConfigResolveOptions.noSystem().appendResolver(new Variables(known)))
            .root();
      } catch (ConfigException.UnresolvedSubstitution e) {
        Matcher missing = MISSING.matcher(String.valueOf(e.getMessage()));
        if (!missing.find() || known.putIfAbsent(missing.group(1), "") != null) {
          throw e;
        }
        String name = missing.group(1);
        problems.addUnresolved(
            position(e, Path.of("")),
            "${%s} stands for nothing (allowed: a key of this file, or an environment variable; ${?%s} where it may be missing)"
                .formatted(name, name));
      }
    }
  }

  private static Problems.Position position(ConfigException e, Path file) {
    return Problems.Position.of(
        e.origin() != null ? e.origin() : ConfigOriginFactory.newSimple(file.toString()));
  }

  /** The library's message without the place it begins with and its advice about other formats. */
  private static String message(ConfigException e) {
    String message = String.valueOf(e.getMessage());
    if (e.origin() != null && message.startsWith(e.origin().description() + ": ")) {
      message = message.substring(e.origin().description().length() + 2);
    }
    String line =
        message
            .replace(", or you may be able to rename the file .properties rather than .conf", "")
            .replace(UNCLOSED, "a block is not closed: expecting '}' here, not the end of the file")
            .lines()
            .findFirst()
            .orElse("not HOCON");
    return Printable.shortened(line, 300); // it may quote half the file
  }

  private record Variables(Map<String, String> values) implements ConfigResolver {
    @Override
    public @Nullable ConfigValue lookup(String path) {
      String value = values.get(path);
      return value == null ? null : ConfigValueFactory.fromAnyRef(value, "environment");
    }

    @Override
    public ConfigResolver withFallback(ConfigResolver fallback) {
      return this;
    }
  }
}
