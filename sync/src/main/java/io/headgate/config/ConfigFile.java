package io.headgate.config;

import java.nio.file.Path;
import java.util.Map;

/** A configuration file on disk. */
@SuppressWarnings("DoNotCallSuggester")
public final class ConfigFile {
  private ConfigFile() {}

  /**
   * Reads and checks the file. Opens no socket and no other file than those it includes.
   *
   * @param environment what {@code ${?NAME}} stands for
   * @throws InvalidConfigException with every problem, when there is one
   */
  public static HeadgateConfig read(Path file, Map<String, String> environment)
      throws InvalidConfigException {
    throw new UnsupportedOperationException("not there yet: " + file + environment.size());
  }
}
