package io.headgate.relay;

import static io.headgate.relay.Saw.Ending.FIN;
import static io.headgate.relay.Saw.Ending.OPEN;
import static io.headgate.relay.Saw.Ending.RST;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.relay.Play.Outcome;
import io.headgate.testing.Eventually;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * Two ends that write in pieces of random size with random pauses, read slowly or fast, and end in
 * one of the ways whose outcome TCP settles.
 *
 * @param client what the client writes
 * @param server what the server writes
 */
record RandomPlay(Script client, Script server, Finale finale) {

  /** How it ends. */
  enum Finale {
    /** Each half-closes when it has written all. */
    EACH_WHEN_DONE,
    /** The server half-closes only after it has seen the client's end. */
    CLIENT_FIRST,
    SERVER_FIRST,
    /** The client resets once the server has read all. */
    CLIENT_RESETS,
    SERVER_RESETS,
    /** The client resets when it has written all, whoever has read what. */
    CLIENT_RESETS_EARLY,
    SERVER_RESETS_EARLY
  }

  /**
   * One end's habits.
   *
   * @param pieceBytes at most so many in one write
   * @param pauseEvery after so many writes and reads on average there is a pause; 0 for none
   * @param readBytes at most so many in one read
   */
  record Script(long seed, int bytes, int pieceBytes, int pauseEvery, int readBytes) {
    static Script drawn(SplittableRandom random) {
      int bytes =
          switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextInt(1, 2_000);
            case 2 -> random.nextInt(1, 100_000);
            default -> random.nextInt(1, 4 * Bytes.MIB);
          };
      int pieces = random.nextInt(1, 30);
      return new Script(
          random.nextLong(),
          bytes,
          Math.max(1, 2 * bytes / pieces),
          random.nextInt(0, 8),
          random.nextInt(1_000, 65_536));
    }

    byte[] content() {
      return Bytes.random(seed, bytes);
    }
  }

  static RandomPlay drawn(SplittableRandom random) {
    return new RandomPlay(
        Script.drawn(random),
        Script.drawn(random),
        Finale.values()[random.nextInt(Finale.values().length)]);
  }

  Play play() {
    return switch (finale) {
      case EACH_WHEN_DONE -> new Play(ending(client), ending(server));
      case CLIENT_FIRST -> new Play(ending(client), endingAfter(server));
      case SERVER_FIRST -> new Play(endingAfter(client), ending(server));
      case CLIENT_RESETS -> new Play(resetting(client), readingThenReset(server, client));
      case SERVER_RESETS -> new Play(readingThenReset(client, server), resetting(server));
      case CLIENT_RESETS_EARLY -> new Play(resettingEarly(client), reading(server));
      case SERVER_RESETS_EARLY -> new Play(reading(client), resettingEarly(server));
    };
  }

  /** Writes all, half-closes, reads to the end. */
  private static Play.Part ending(Script script) {
    return (me, _) -> {
      CompletableFuture<Void> writing =
          started(() -> {
            write(me, script);
            me.halfClose();
          });
      readToEnd(me, script);
      Rig.await(writing);
      return me.saw(me.ending());
    };
  }

  /** Writes all and reads to the end; half-closes after both. */
  private static Play.Part endingAfter(Script script) {
    return (me, _) -> {
      CompletableFuture<Void> writing = started(() -> write(me, script));
      readToEnd(me, script);
      Rig.await(writing);
      me.halfClose();
      return me.saw(me.ending());
    };
  }

  /** Writes all, reads nothing, resets when it is told that all has arrived. */
  private static Play.Part resetting(Script script) {
    return (me, cues) -> {
      write(me, script);
      cues.await("all arrived");
      me.reset();
      return me.saw(OPEN);
    };
  }

  private static Play.Part resettingEarly(Script script) {
    return (me, _) -> {
      write(me, script);
      me.reset();
      return me.saw(OPEN);
    };
  }

  private static Play.Part readingThenReset(Script script, Script other) {
    return (me, cues) -> {
      CompletableFuture<Void> writing = started(() -> write(me, script));
      me.read(other.bytes());
      cues.give("all arrived");
      readToEnd(me, script);
      Rig.await(writing);
      return me.saw(me.ending());
    };
  }

  private static Play.Part reading(Script script) {
    return (me, _) -> {
      CompletableFuture<Void> writing = started(() -> write(me, script));
      readToEnd(me, script);
      Rig.await(writing);
      return me.saw(me.ending());
    };
  }

  private static CompletableFuture<Void> started(Runnable task) {
    return CompletableFuture.runAsync(task, t -> Thread.ofVirtual().start(t));
  }

  /** A reset while writing is remembered by the peer. */
  private static void write(Peer me, Script script) {
    var random = new SplittableRandom(script.seed());
    byte[] content = script.content();
    int at = 0;
    while (at < content.length) {
      int piece = Math.min(random.nextInt(1, script.pieceBytes() + 1), content.length - at);
      if (!me.offer(Arrays.copyOfRange(content, at, at + piece))) {
        return;
      }
      at += piece;
      maybePause(random, script);
    }
  }

  private static void readToEnd(Peer me, Script script) {
    var random = new SplittableRandom(~script.seed());
    while (me.readSome(random.nextInt(1, script.readBytes() + 1)) >= 0) {
      maybePause(random, script);
    }
  }

  private static void maybePause(SplittableRandom random, Script script) {
    if (script.pauseEvery() > 0 && random.nextInt(8 * script.pauseEvery()) == 0) {
      Eventually.pause(Duration.ofMillis(random.nextInt(1, 6)));
    }
  }

  /** What TCP promises of this play, with or without a relay. */
  void check(Outcome outcome, String description) {
    switch (finale) {
      case EACH_WHEN_DONE, CLIENT_FIRST, SERVER_FIRST ->
          assertThat(outcome)
              .as(description)
              .isEqualTo(new Outcome(Saw.of(server.content(), FIN), Saw.of(client.content(), FIN)));
      case CLIENT_RESETS ->
          assertThat(outcome.server()).as(description).isEqualTo(Saw.of(client.content(), RST));
      case SERVER_RESETS ->
          assertThat(outcome.client()).as(description).isEqualTo(Saw.of(server.content(), RST));
      case CLIENT_RESETS_EARLY -> prefixAndReset(outcome.server(), client, description);
      case SERVER_RESETS_EARLY -> prefixAndReset(outcome.client(), server, description);
    }
  }

  private static void prefixAndReset(Saw saw, Script sender, String description) {
    assertThat(saw.bytes()).as(description).isLessThanOrEqualTo(sender.bytes());
    byte[] beginning = Arrays.copyOf(sender.content(), Math.toIntExact(saw.bytes()));
    assertThat(saw).as(description).isEqualTo(Saw.of(beginning, RST));
  }
}
