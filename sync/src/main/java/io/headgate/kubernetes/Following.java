package io.headgate.kubernetes;

import io.headgate.kubernetes.Update.Source;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One watch, from its opening to its end: what it has told, and how far it has come. Owned by its
 * reflector's thread.
 */
final class Following {
  private final Source source;
  private final SeenVersions seen;
  private final Tally tally;
  private final Consumer<Update> updates;
  private String version;
  private boolean news;
  private boolean ended;
  private Optional<Failure> failure = Optional.empty();

  Following(
      Source source, SeenVersions seen, Tally tally, Consumer<Update> updates, String fromVersion) {
    this.source = source;
    this.seen = seen;
    this.tally = tally;
    this.updates = updates;
    version = fromVersion;
  }

  /** Whether more may come. */
  boolean open() {
    return !ended;
  }

  /** Where the next watch goes on. */
  String version() {
    return version;
  }

  /** Whether it has come any further than where it began. */
  boolean news() {
    return news;
  }

  /** Why it has ended, where that was an error. */
  Optional<Failure> failure() {
    return failure;
  }

  void take(WatchStream.Signal signal) {
    switch (signal) {
      case WatchStream.Signal.Opened() -> {}
      case WatchStream.Signal.Text(var json) -> take(ApiJson.event(json, source.resource()));
      case WatchStream.Signal.Ended(var why) -> {
        ended = true;
        failure = why;
      }
    }
  }

  private void take(ApiJson.Event event) {
    switch (event) {
      case ApiJson.Event.Changed(var key, var at, var item) -> {
        heardOfObject(at);
        if (seen.put(key, at)) {
          updates.accept(new Update.Put(source, key, item));
        }
      }
      case ApiJson.Event.Deleted(var key, var at) -> {
        heardOfObject(at);
        if (seen.remove(key, at)) {
          updates.accept(new Update.Removed(source, key));
        }
      }
      case ApiJson.Event.Bookmark(var at) -> heard(at);
      case ApiJson.Event.Failed(var why) -> fail(why);
      case ApiJson.Event.Garbage() -> fail(Failure.of("the watch sent what is no event"));
    }
  }

  private void heardOfObject(String at) {
    tally.events.incrementAndGet();
    heard(at);
  }

  private void heard(String at) {
    tally.confirmed(Instant.now());
    String later = SeenVersions.later(version, at);
    news |= !later.equals(version);
    version = later;
  }

  private void fail(Failure why) {
    ended = true;
    failure = Optional.of(why);
  }
}
