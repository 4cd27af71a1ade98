package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.kubernetes.Election.Times;
import io.headgate.kubernetes.Election.Turn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * Three edges, each with a clock of its own, and one server, for six simulated minutes at a time.
 * In the first five of them requests and answers are late by up to forty seconds or lost, edges are
 * cut off or stand still; in the last nothing goes wrong.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ElectionSimulationTest {
  private static final int STEP_MILLIS = 20;
  private static final int TROUBLE_MILLIS = 300_000;
  private static final int END_MILLIS = 360_000;
  private static final int PATIENCE_MILLIS = 5_000;

  @Test
  void there_are_never_two_writers_and_in_the_end_there_is_one() {
    int handovers = 0;
    for (int seed = 0; seed < 150; seed++) {
      var world = new World(seed, Times.DEFAULT);
      assertThat(world.run()).as("most writers at once, seed %d", seed).isEqualTo(1);
      assertThat(world.writers()).as("writers in the end, seed %d", seed).isEqualTo(1);
      handovers += world.lease == null ? 0 : world.lease.transitions();
    }
    assertThat(handovers).as("the simulation moves the Lease").isGreaterThan(300);
  }

  @Test
  void a_holder_that_did_not_give_up_in_time_would_be_seen_here() {
    Times careless =
        new Times(
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            Duration.ofSeconds(20));
    int most = 0;
    for (int seed = 0; seed < 20; seed++) {
      most = Math.max(most, new World(seed, careless).run());
    }
    assertThat(most).isGreaterThan(1);
  }

  private static final class World {
    final Random random;
    final List<Edge> edges = new ArrayList<>();
    final List<InFlight> inFlight = new ArrayList<>();
    @Nullable LeaseRecord lease;
    long version = 10;
    int nowMillis;

    World(int seed, Times times) {
      random = new Random(seed);
      for (int i = 0; i < 3; i++) {
        edges.add(new Edge("edge-" + i, times, random.nextLong()));
      }
    }

    int run() {
      int most = 0;
      for (nowMillis = 0; nowMillis < END_MILLIS; nowMillis += STEP_MILLIS) {
        List<InFlight> arrived =
            inFlight.stream().filter(one -> one.arrivesMillis <= nowMillis).toList();
        inFlight.removeAll(arrived);
        arrived.forEach(this::arrive);
        edges.forEach(edge -> edge.turn(this));
        most = Math.max(most, writers());
      }
      return most;
    }

    int writers() {
      return (int) edges.stream().filter(e -> e.election.mayWrite(e.nowNs(nowMillis))).count();
    }

    boolean trouble() {
      return nowMillis < TROUBLE_MILLIS;
    }

    /** How long a message takes; -1 for one that is lost. */
    int delayMillis(Edge edge) {
      if (!trouble()) {
        return random.nextInt(40);
      }
      if (nowMillis < edge.cutOffUntilMillis || random.nextInt(20) == 0) {
        return -1;
      }
      return switch (random.nextInt(10)) {
        case 0 -> random.nextInt(40_000);
        case 1, 2 -> random.nextInt(4_000);
        default -> random.nextInt(50);
      };
    }

    void send(InFlight message) {
      int delay = delayMillis(message.edge);
      if (delay >= 0) {
        message.arrivesMillis = nowMillis + delay;
        inFlight.add(message);
      }
    }

    void arrive(InFlight message) {
      if (message.answer == null) {
        message.answer = answer(message.turn);
        send(message);
      } else {
        message.edge.inbox.add(message);
      }
    }

    Object answer(Turn turn) {
      return switch (turn) {
        case Turn.Wait _ -> throw new IllegalStateException();
        case Turn.Read() -> lease == null ? new Failure(404, "none", Duration.ZERO) : lease;
        case Turn.Create(var wanted) ->
            lease == null ? stored(wanted) : new Failure(409, "exists", Duration.ZERO);
        case Turn.Update(var wanted) ->
            lease != null && lease.version().equals(wanted.version())
                ? stored(wanted)
                : new Failure(409, "conflict", Duration.ZERO);
      };
    }

    LeaseRecord stored(LeaseRecord wanted) {
      version++;
      lease =
          new LeaseRecord(
              Long.toString(version),
              wanted.holder(),
              wanted.durationSeconds(),
              wanted.acquired(),
              wanted.renewed(),
              wanted.transitions());
      return lease;
    }
  }

  /** A request, then its answer. */
  private static final class InFlight {
    final Edge edge;
    final Turn turn;
    final int sentMillis;
    int arrivesMillis;
    @Nullable Object answer;

    InFlight(Edge edge, Turn turn, int sentMillis) {
      this.edge = edge;
      this.turn = turn;
      this.sentMillis = sentMillis;
    }
  }

  private static final class Edge {
    final long clockNs;
    final List<InFlight> inbox = new ArrayList<>();
    Election election;
    @Nullable InFlight asked;
    int cutOffUntilMillis;
    int stillUntilMillis;

    Edge(String name, Times times, long clockNs) {
      this.clockNs = clockNs;
      election = Election.of(name, times, clockNs);
    }

    long nowNs(int millis) {
      return clockNs + millis * 1_000_000L;
    }

    void turn(World world) {
      int now = world.nowMillis;
      misbehave(world, now);
      if (now < stillUntilMillis) {
        return;
      }
      InFlight waitingFor = asked;
      if (waitingFor != null) {
        take(waitingFor, now);
        return;
      }
      Turn turn = election.next(nowNs(now), Instant.EPOCH);
      if (!(turn instanceof Turn.Wait)) {
        var message = new InFlight(this, turn, now);
        asked = message;
        world.send(message);
      }
    }

    private void misbehave(World world, int now) {
      if (world.trouble() && world.random.nextInt(3_000) == 0) {
        cutOffUntilMillis = now + world.random.nextInt(60_000);
      }
      if (world.trouble() && world.random.nextInt(3_000) == 0) {
        stillUntilMillis = now + world.random.nextInt(25_000);
      }
    }

    private void take(InFlight waitingFor, int now) {
      Optional<InFlight> answer = Optional.empty();
      for (Iterator<InFlight> all = inbox.iterator(); all.hasNext(); ) {
        InFlight one = all.next();
        all.remove(); // an answer that nobody waits for any more is lost
        if (one == waitingFor) {
          answer = Optional.of(one);
        }
      }
      if (answer.isPresent()) {
        asked = null;
        election = after(answer.get(), now);
      } else if (now - waitingFor.sentMillis >= PATIENCE_MILLIS) {
        asked = null;
        election = election.failed(Failure.of("timeout"), false, nowNs(now));
      }
    }

    private Election after(InFlight message, int now) {
      boolean read = message.turn instanceof Turn.Read;
      if (message.answer instanceof LeaseRecord found) {
        return read
            ? election.read(Optional.of(found), nowNs(now))
            : election.written(found, nowNs(message.sentMillis), nowNs(now));
      }
      if (message.answer instanceof Failure failure) {
        return read && failure.code() == 404
            ? election.read(Optional.empty(), nowNs(now))
            : election.failed(failure, message.turn instanceof Turn.Create, nowNs(now));
      }
      throw new IllegalStateException("no answer");
    }
  }
}
