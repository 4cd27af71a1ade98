package io.headgate.kubernetes;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a reflector has counted. Its reflector writes, any thread reads. */
final class Tally {
  final AtomicLong lists = new AtomicLong();
  final AtomicLong watches = new AtomicLong();
  final AtomicLong events = new AtomicLong();
  final AtomicLong errors = new AtomicLong();
  private volatile boolean listed;
  private volatile boolean watching;
  private volatile String lastError = "";
  private volatile @Nullable Instant lastContact;
  private volatile @Nullable Instant lastConfirmed;

  /** The server has answered or sent something, be it an error or a pong. */
  void contact(Instant now) {
    lastContact = now;
  }

  /** The server has told how things are now: a list, an event, a bookmark. */
  void confirmed(Instant now) {
    lastContact = now;
    lastConfirmed = now;
  }

  void listed() {
    listed = true;
    lists.incrementAndGet();
  }

  void watching(boolean now) {
    if (now && !watching) {
      watches.incrementAndGet();
    }
    watching = now;
  }

  void failed(String text) {
    errors.incrementAndGet();
    lastError = text;
  }

  /** There is nothing to follow, which is no error. */
  void lacks(String what) {
    lastError = what;
  }

  void works() {
    lastError = "";
  }

  boolean isListed() {
    return listed;
  }

  boolean isWatching() {
    return watching;
  }

  String lastError() {
    return lastError;
  }

  Optional<Instant> lastContact() {
    return Optional.ofNullable(lastContact);
  }

  Optional<Instant> lastConfirmed() {
    return Optional.ofNullable(lastConfirmed);
  }
}
