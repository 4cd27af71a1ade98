package io.headgate.app;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names in a sentence, where there may be thousands. Pure. */
final class FirstFew {
  private static final int MOST = 5;

  private FirstFew() {}

  /** The first five, and how many more there are. */
  static String of(Collection<String> names) {
    return of(names, ", ");
  }

  /** The same with something else than a comma between them. */
  static String of(Collection<String> names, String between) {
    String first = names.stream().limit(MOST).collect(Collectors.joining(between));
    return names.size() <= MOST ? first : first + " and %d more".formatted(names.size() - MOST);
  }
}
