package io.headgate.takeover;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A conversation that never pauses: block after block goes and comes back, on a thread of its own.
 */
final class Transfer implements AutoCloseable {
  private static final String BLOCK = "0123456789abcdef".repeat(4096);

  private final Conversation conversation;
  private final AtomicLong blocks = new AtomicLong();
  private final AtomicReference<String> failure = new AtomicReference<>("");
  private final Thread thread;

  private Transfer(Conversation conversation) {
    this.conversation = conversation;
    this.thread = Thread.ofPlatform().name("transfer").daemon().unstarted(this::run);
  }

  static Transfer start(Conversation conversation) {
    Transfer transfer = new Transfer(conversation);
    transfer.thread.start();
    return transfer;
  }

  private void run() {
    while (true) {
      String back = conversation.say(BLOCK);
      if (!back.equals(BLOCK)) {
        failure.set(back.isEmpty() ? "ended" : back);
        return;
      }
      blocks.incrementAndGet();
    }
  }

  /** How many have come back whole. */
  long blocks() {
    return blocks.get();
  }

  /** What has ended it; empty while it goes on. */
  String failure() {
    return failure.get();
  }

  /** The client ends it. */
  @Override
  public void close() {
    conversation.close();
  }
}
