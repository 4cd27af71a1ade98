package io.headgate.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * What {@code include} does in one file: it reads files, relative to that file, and nothing else. A
 * configuration must mean the same without a network.
 */
final class Includes
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  private final Path file;
  private final String text;
  private final Set<Path> around;

  /**
   * @param around the real paths of this file and of those that have led to it
   */
  private Includes(Path file, String text, Set<Path> around) {
    this.file = file;
    this.text = text;
    this.around = Set.copyOf(around);
  }

  /** The file and all it includes, substitutions not yet made. */
  static ConfigObject parse(Path file) throws IOException {
    return parse(file, Set.of());
  }

  private static ConfigObject parse(Path file, Set<Path> including) throws IOException {
    Set<Path> around = new HashSet<>(including);
    if (!around.add(file.toRealPath())) {
      throw new FileSystemLoopException(file.toString());
    }
    String text = Files.readString(file);
    return ConfigFactory.parseString(
            text,
            ConfigParseOptions.defaults()
                .setSyntax(ConfigSyntax.CONF)
                .setOriginDescription(file.toString())
                .setIncluder(new Includes(file, text, around)))
        .root();
  }

  /** Why a file could not be read, for people. */
  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file";
      case FileSystemLoopException _ -> "it includes itself";
      case CharacterCodingException _ -> "not a text in UTF-8";
      case IOException other -> "cannot be read: " + other.getMessage();
    };
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    if (what.contains("://")) {
      throw problem(what, "only files can be included");
    }
    return read(context, what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return read(context, what.getPath());
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw problem(what.toString(), "only files can be included");
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    throw problem(what, "only files can be included");
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  private ConfigObject read(ConfigIncludeContext context, String what) {
    try {
      return parse(file.resolveSibling(what), around);
    } catch (NoSuchFileException e) {
      if (context.parseOptions().getAllowMissing()) {
        return ConfigFactory.empty().root(); // HOCON: only include required(…) insists
      }
      throw problem(what, reason(e));
    } catch (InvalidPathException e) {
      throw problem(what, "not a path");
    } catch (IOException e) {
      throw problem(what, reason(e));
    }
  }

  private ConfigException problem(String what, String why) {
    return new ConfigException.Parse(
        ConfigOriginFactory.newSimple(file.toString()).withLineNumber(line(what)),
        "include of " + what + ": " + why);
  }

  private int line(String what) {
    return 1
        + (int)
            text.lines()
                .takeWhile(line -> !(line.contains("include") && line.contains(what)))
                .count();
  }
}
