package io.headgate.desired;

import io.headgate.model.Route;
import java.util.List;

/** A route's mode in words. */
final class RouteMode {
  private RouteMode() {}

  /** What {@code headgate explain} says of a route that is not in order. */
  static List<Note> notes(Route route) {
    return switch (route.mode()) {
      case NORMAL -> List.of();
      case DRAINING_ONLY, FAIL_OPEN -> List.of(Note.remark(describe(route.mode())));
      case EMPTY ->
          route.backends().isEmpty() ? List.of() : List.of(Note.remark(describe(route.mode())));
    };
  }

  static Change change(String route, Route.Mode before, Route.Mode now) {
    return new Change(
        now == Route.Mode.NORMAL ? Change.Level.INFO : Change.Level.WARNING,
        route,
        before + " -> " + now + ": " + describe(now));
  }

  private static String describe(Route.Mode mode) {
    return switch (mode) {
      case NORMAL -> "new connections go to backends that work";
      case DRAINING_ONLY -> "nothing but draining backends is left, so they take new connections";
      case FAIL_OPEN ->
          "failing open: every backend seems down, so those that may still work are tried";
      case EMPTY -> "no backend can take a new connection, clients are refused";
    };
  }
}
