package io.headgate.relay;

import io.headgate.testing.Eventually;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the two ends of one connection do, each on a thread of its own. */
record Play(Part client, Part server) {

  /** One end's doings; returns what it has seen. */
  interface Part {
    Saw play(Peer me, Cues cues) throws Exception;
  }

  /** What both ends have seen. */
  record Outcome(Saw client, Saw server) {
    @Override
    public String toString() {
      return "\n  client saw " + client + "\n  server saw " + server;
    }
  }

  /** What one end tells the other beside the connection. */
  static final class Cues {
    private final Map<String, CountDownLatch> cues = new ConcurrentHashMap<>();

    void give(String cue) {
      latch(cue).countDown();
    }

    void await(String cue) throws InterruptedException {
      if (!latch(cue).await(Eventually.DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the other side never got to: " + cue);
      }
    }

    private CountDownLatch latch(String cue) {
      return cues.computeIfAbsent(cue, _ -> new CountDownLatch(1));
    }
  }

  /** The same with the ends exchanged. */
  Play swapped() {
    return new Play(server, client);
  }

  /** Plays between two peers that are connected to each other, in whatever way. */
  Outcome between(Peer clientPeer, Peer serverPeer) {
    var cues = new Cues();
    CompletableFuture<Saw> clientSaw = started(client, clientPeer, cues);
    CompletableFuture<Saw> serverSaw = started(server, serverPeer, cues);
    try {
      return new Outcome(awaited("client", clientSaw), awaited("server", serverSaw));
    } finally {
      clientPeer.close();
      serverPeer.close();
    }
  }

  private static CompletableFuture<Saw> started(Part part, Peer peer, Cues cues) {
    var saw = new CompletableFuture<Saw>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            saw.complete(part.play(peer, cues));
          } catch (Exception | AssertionError e) {
            saw.completeExceptionally(e);
          }
        });
    return saw;
  }

  private static Saw awaited(String who, CompletableFuture<Saw> saw) {
    try {
      return saw.get(2 * Eventually.DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(who + ": " + e.getMessage(), e);
    } catch (TimeoutException e) {
      throw new AssertionError(who + " is stuck, most likely in sending", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
