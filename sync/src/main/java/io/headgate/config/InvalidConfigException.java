package io.headgate.config;

import java.util.List;

/** The operator's mistakes in one file: all of them. */
public final class InvalidConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never serialized
  private final List<String> problems;

  InvalidConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One line each: {@code file:line: path: what is wrong (what is allowed)}. */
  public List<String> problems() {
    return problems;
  }
}
