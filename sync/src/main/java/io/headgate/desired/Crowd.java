package io.headgate.desired;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps one event that befalls a thousand backends or nodes from being a thousand lines. */
final class Crowd {
  /** As many as one still wants to read one by one. */
  static final int MOST_LINES = 8;

  private record Event(Change.Level level, String message) {}

  private Crowd() {}

  /**
   * The same changes, those that many share as one.
   *
   * @param whole the subject of those that are one: what the subjects are parts of
   * @param parts in the plural
   */
  static List<Change> condensed(String whole, String parts, List<Change> changes) {
    if (changes.size() <= MOST_LINES) {
      return changes;
    }
    Map<Event, List<Change>> byEvent = new LinkedHashMap<>();
    for (Change change : changes) {
      byEvent
          .computeIfAbsent(new Event(change.level(), change.message()), _ -> new ArrayList<>())
          .add(change);
    }
    List<Change> condensed = new ArrayList<>();
    byEvent.forEach((event, same) -> {
      if (same.size() <= MOST_LINES) {
        condensed.addAll(same);
      } else {
        String message = same.size() + " " + parts + " " + event.message();
        condensed.add(new Change(event.level(), whole, message));
      }
    });
    return condensed;
  }

  /**
   * One line about one of many routes or Services.
   *
   * @param whole the route or Service
   * @param part of it that it is about, such as a node; empty for none
   * @param kind the same for lines that say the same of others
   */
  record Line(Change change, String whole, String part, String kind) {}

  private record Kind(Change.Level level, String part, String kind) {}

  /**
   * The changes, those that befall many in the same way as one.
   *
   * @param many in the plural what the lines are about: routes, Services
   */
  static List<Change> across(String many, List<Line> lines) {
    if (lines.size() <= MOST_LINES) {
      return lines.stream().map(Line::change).toList();
    }
    Map<Kind, List<Line>> byKind = new LinkedHashMap<>();
    for (Line line : lines) {
      byKind
          .computeIfAbsent(
              new Kind(line.change.level(), line.part, line.kind), _ -> new ArrayList<>())
          .add(line);
    }
    List<Change> condensed = new ArrayList<>();
    byKind.forEach((kind, same) -> {
      if (same.size() <= MOST_LINES) {
        same.forEach(line -> condensed.add(line.change));
      } else {
        Line first = same.getFirst();
        String message =
            "%d %s, %s among them: %s"
                .formatted(same.size(), many, first.whole, first.change.message());
        condensed.add(new Change(kind.level, kind.part.isEmpty() ? "cluster" : kind.part, message));
      }
    });
    return condensed;
  }
}
