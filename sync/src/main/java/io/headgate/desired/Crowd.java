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
}
