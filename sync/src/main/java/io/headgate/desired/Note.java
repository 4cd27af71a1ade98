package io.headgate.desired;

import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.Remark;
import java.util.Optional;

/**
 * Something to say about a route as a whole.
 *
 * @param text the same as long as the matter is the same, so that it is not told again and again
 * @param alarming worth a warning when it begins; otherwise only for {@code headgate explain}
 * @param event the reason by which the Service's user is told in the cluster; empty for what is not
 *     for them
 */
record Note(String text, boolean alarming, String event) {
  static Note alarm(String text) {
    return new Note(text, true, "");
  }

  /** One that the Service's user is told, too. */
  static Note alarm(String event, String text) {
    return new Note(text, true, event);
  }

  static Note remark(String text) {
    return new Note(text, false, "");
  }

  /** In an Event the reason stands before the message already, however the text writes it. */
  Optional<Remark> forUser() {
    if (event.isEmpty()) {
      return Optional.empty();
    }
    int end = text.indexOf(": ");
    boolean named = end > 0 && text.substring(0, end).replace("_", "").equalsIgnoreCase(event);
    return Optional.of(new Remark(Level.WARNING, event, named ? text.substring(end + 2) : text));
  }
}
