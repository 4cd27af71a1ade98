package io.headgate.desired;

import io.headgate.config.Spelling;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** What somebody who wrote one name probably meant. */
final class Similar {
  private static final int FARTHEST = 2;

  private Similar() {}

  /** The name nearest to {@code wanted} that is at most two typing mistakes away. */
  static Optional<String> to(String wanted, Stream<String> known) {
    return known
        .filter(name -> Math.abs(name.length() - wanted.length()) <= FARTHEST)
        .map(name -> new Scored(name, Spelling.distance(wanted, name)))
        .filter(scored -> scored.distance <= FARTHEST && scored.distance < wanted.length())
        .min(Comparator.comparingInt(Scored::distance).thenComparing(Scored::name))
        .map(Scored::name);
  }

  private record Scored(String name, int distance) {}
}
