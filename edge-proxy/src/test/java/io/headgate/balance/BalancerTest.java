package io.headgate.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.headgate.model.Addresses;
import io.headgate.model.Backend;
import io.headgate.model.Balance;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BalancerTest {
  private static final int PICKS = 60_000;
  private static final Offset<Integer> FEW_PERCENT = within(PICKS / 40);

  private static Balancer balancer(Balance balance, Crowd crowd) {
    return Balancer.of(balance, crowd.candidates, new SplittableRandom(1));
  }

  @ParameterizedTest
  @EnumSource
  void picks_follow_the_weights(Balance balance) {
    var crowd = new Crowd(100, 200, 300);
    int[] picks = crowd.picks(balancer(balance, crowd), PICKS, true);
    assertThat(picks[0]).isCloseTo(PICKS / 6, FEW_PERCENT);
    assertThat(picks[1]).isCloseTo(PICKS / 3, FEW_PERCENT);
    assertThat(picks[2]).isCloseTo(PICKS / 2, FEW_PERCENT);
  }

  @ParameterizedTest
  @EnumSource
  void nothing_is_picked_where_nothing_is_open(Balance balance) {
    var none = new Crowd();
    assertThat(balancer(balance, none).pick(1, none)).isEqualTo(Balancer.NONE);
    var closed = new Crowd(100, 100);
    closed.closed.set(0, 2);
    assertThat(balancer(balance, closed).pick(1, closed)).isEqualTo(Balancer.NONE);
  }

  @ParameterizedTest
  @EnumSource
  void those_in_reserve_are_picked_only_where_no_other_is_open(Balance balance) {
    var crowd = new Crowd(100, 1, 0, 0);
    Balancer balancer = balancer(balance, crowd);
    int[] picks = crowd.picks(balancer, 1_000, true);
    assertThat(picks[2] + picks[3]).isZero();
    crowd.closed.set(0, 2);
    picks = crowd.picks(balancer, 1_000, true);
    assertThat(picks[2]).isCloseTo(500, within(100));
    assertThat(picks[3]).isEqualTo(1_000 - picks[2]);
    crowd.closed.set(2);
    assertThat(crowd.picks(balancer, 10, false)[3]).isEqualTo(10);
    crowd.closed.set(3);
    assertThat(balancer.pick(1, crowd)).isEqualTo(Balancer.NONE);
    crowd.closed.clear(1);
    assertThat(balancer.pick(1, crowd)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void the_only_open_one_of_many_is_always_found(Balance balance) {
    var crowd = new Crowd(Collections.nCopies(200, 100).stream().mapToInt(w -> w).toArray());
    crowd.closed.set(0, 200);
    crowd.closed.clear(137);
    int[] picks = crowd.picks(balancer(balance, crowd), 100, false);
    assertThat(picks[137]).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource
  void without_weights_all_are_equal(Balance balance) {
    var crowd = new Crowd(0, 0);
    int[] picks = crowd.picks(balancer(balance, crowd), PICKS, true);
    assertThat(picks[0]).isCloseTo(PICKS / 2, FEW_PERCENT);
  }

  @ParameterizedTest
  @EnumSource
  void a_pick_allocates_nothing(Balance balance) {
    var crowd = new Crowd(100, 200, 300, 100);
    Balancer balancer = balancer(balance, crowd);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    pickSilently(balancer, crowd); // whatever is made only once
    long before = threads.getCurrentThreadAllocatedBytes();
    pickSilently(balancer, crowd);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(PICKS);
  }

  private static void pickSilently(Balancer balancer, Crowd crowd) {
    for (int i = 0; i < PICKS; i++) {
      balancer.pick(i, crowd);
    }
  }

  @Test
  void least_connections_levels_a_backend_that_comes_empty() {
    var crowd = new Crowd(100, 100, 100);
    crowd.connections[0] = 1_000;
    crowd.connections[1] = 1_000;
    crowd.picks(balancer(Balance.LEAST_CONNECTIONS, crowd), 1_000, true);
    assertThat(crowd.connections[2]).isGreaterThan(600);
  }

  @Test
  void least_connections_prefers_the_one_with_fewer_for_its_weight() {
    var crowd = new Crowd(100, 300);
    crowd.connections[0] = 10;
    crowd.connections[1] = 29;
    Balancer balancer = balancer(Balance.LEAST_CONNECTIONS, crowd);
    assertThat(crowd.picks(balancer, 100, false)).containsExactly(0, 100);
    crowd.connections[1] = 31;
    assertThat(crowd.picks(balancer, 100, false)).containsExactly(100, 0);
  }

  @ParameterizedTest
  @EnumSource
  void what_each_of_two_clusters_gets_is_a_matter_of_weights_also_when_it_is_quiet(
      Balance balance) {
    var crowd = new Crowd(300, 25, 25, 25, 25);
    for (int i = 1; i < crowd.candidates.size(); i++) {
      Backend blue = crowd.candidates.get(i);
      crowd.candidates.set(
          i,
          new Backend(
              "green:" + blue.node(),
              blue.address(),
              blue.state(),
              blue.weight(),
              false,
              false,
              blue.reason(),
              "green",
              blue.header()));
    }
    crowd.connections[0] = 1; // the only one
    int[] picks = crowd.picks(balancer(balance, crowd), PICKS, false);
    assertThat(picks[0]).isCloseTo(PICKS * 3 / 4, FEW_PERCENT);
  }

  @Test
  void round_robin_takes_everyone_once_a_round_and_spreads_the_heavy() {
    var equal = new Crowd(100, 100, 100, 100);
    Balancer balancer = balancer(Balance.ROUND_ROBIN, equal);
    equal.picks(balancer, 4, false); // the random start
    for (int round = 0; round < 10; round++) {
      assertThat(equal.picks(balancer, 4, false)).containsOnly(1);
    }
    var mixed = new Crowd(100, 200);
    Balancer heavy = balancer(Balance.ROUND_ROBIN, mixed);
    mixed.picks(heavy, 30, false);
    for (int round = 0; round < 10; round++) {
      assertThat(mixed.picks(heavy, 3, false)).containsExactly(1, 2);
    }
  }

  @Test
  void round_robin_does_not_begin_with_the_same_one_in_every_table() {
    var crowd = new Crowd(100, 100, 100, 100);
    var random = new SplittableRandom(2);
    int[] firsts = new int[4];
    for (int table = 0; table < 400; table++) {
      firsts[Balancer.of(Balance.ROUND_ROBIN, crowd.candidates, random).pick(0, crowd)]++;
    }
    for (int count : firsts) {
      assertThat(count).isBetween(60, 140);
    }
  }

  @Test
  void source_hash_agrees_on_every_edge_in_whatever_order_the_backends_come() {
    var one = new Crowd(100, 200, 100, 50);
    var other = new Crowd(100, 200, 100, 50);
    Collections.shuffle(other.candidates, new Random(3));
    Balancer here = balancer(Balance.SOURCE_HASH, one);
    Balancer there = Balancer.of(Balance.SOURCE_HASH, other.candidates, new SplittableRandom(99));
    for (int i = 0; i < 1_000; i++) {
      long client = ClientHash.mixed(i);
      Backend mine = one.candidates.get(here.pick(client, one));
      assertThat(other.candidates.get(there.pick(client, other))).isEqualTo(mine);
    }
  }

  @Test
  void source_hash_picks_what_the_formula_says() {
    var random = new SplittableRandom(5);
    for (int table = 0; table < 100; table++) {
      int[] weights = random.ints(random.nextInt(1, 100), 1, 1_000).toArray();
      var crowd = new Crowd(weights);
      Balancer balancer = balancer(Balance.SOURCE_HASH, crowd);
      for (int i = 0; i < 50; i++) {
        crowd.closed.set(random.nextInt(weights.length), i % 4 == 0);
        long client = random.nextLong();
        assertThat(balancer.pick(client, crowd)).isEqualTo(firstByFormula(client, crowd, weights));
      }
    }
  }

  /** The weighted rendezvous without any short cut. */
  private static int firstByFormula(long client, Crowd crowd, int[] weights) {
    int best = Balancer.NONE;
    double bestScore = 0;
    for (int i = 0; i < weights.length; i++) {
      var address = crowd.candidates.get(i).address();
      long hash = ClientHash.mixed(ClientHash.of(address.getAddress()) + address.getPort());
      double uniform = ((ClientHash.mixed(client ^ hash) >>> 11) + 0.5) * 0x1.0p-53;
      double score = -weights[i] / StrictMath.log(uniform);
      if (crowd.open(i) && score > bestScore) {
        best = i;
        bestScore = score;
      }
    }
    return best;
  }

  @Test
  void source_hash_looks_closely_at_few_of_many_backends() {
    var crowd = new Crowd(Collections.nCopies(250, 100).stream().mapToInt(w -> w).toArray());
    Balancer balancer = balancer(Balance.SOURCE_HASH, crowd);
    crowd.picks(balancer, 1_000, false);
    assertThat(crowd.asked).isLessThan(1_000 * 20);
  }

  @Test
  void source_hash_gives_each_of_many_weights_its_share() {
    int[] weights = new SplittableRandom(6).ints(50, 1, 400).toArray();
    var crowd = new Crowd(weights);
    int[] picks = crowd.picks(balancer(Balance.SOURCE_HASH, crowd), PICKS, false);
    double total = IntStream.of(weights).sum();
    for (int i = 0; i < weights.length; i++) {
      double share = weights[i] / total;
      double deviation = Math.sqrt(PICKS * share * (1 - share)); // of a binomial distribution
      assertThat((double) picks[i]).isCloseTo(PICKS * share, within(4 * deviation + 1));
    }
  }

  @Test
  void only_the_clients_of_a_backend_that_leaves_are_moved() {
    onlyItsShareIsMoved(3, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100);
    onlyItsShareIsMoved(0, 300, 100, 25, 200, 100);
  }

  private static void onlyItsShareIsMoved(int leaving, int... weights) {
    var before = new Crowd(weights);
    var after = new Crowd(weights);
    Backend gone = after.candidates.remove(leaving);
    Balancer old = balancer(Balance.SOURCE_HASH, before);
    Balancer fresh = balancer(Balance.SOURCE_HASH, after);
    int moved = 0;
    for (int i = 0; i < PICKS; i++) {
      long client = ClientHash.mixed(i);
      Backend was = before.candidates.get(old.pick(client, before));
      Backend is = after.candidates.get(fresh.pick(client, after));
      if (was.equals(gone)) {
        moved++;
      } else {
        assertThat(is).isEqualTo(was);
      }
    }
    int share = PICKS * weights[leaving] / IntStream.of(weights).sum();
    assertThat(moved).isCloseTo(share, FEW_PERCENT);
  }

  @Test
  void a_client_whose_backend_was_tried_gets_the_one_it_would_get_without_it() {
    var crowd = new Crowd(100, 100, 100);
    Balancer all = balancer(Balance.SOURCE_HASH, crowd);
    for (int i = 0; i < 100; i++) {
      long client = ClientHash.mixed(i);
      crowd.closed.clear();
      int first = all.pick(client, crowd);
      crowd.closed.set(first);
      int second = all.pick(client, crowd);

      var without = new Crowd(100, 100, 100);
      List<Backend> left = new ArrayList<>(without.candidates);
      left.remove(first);
      Balancer fewer = Balancer.of(Balance.SOURCE_HASH, left, new SplittableRandom(1));
      without.closed.clear();
      assertThat(left.get(fewer.pick(client, without))).isEqualTo(crowd.candidates.get(second));
    }
  }

  @Test
  void one_client_is_one_hash_whatever_its_port() {
    long hash = ClientHash.of(Addresses.parse("203.0.113.7").orElseThrow());
    assertThat(hash).isEqualTo(ClientHash.of(Addresses.parse("203.0.113.7").orElseThrow()));
    assertThat(hash).isNotEqualTo(ClientHash.of(Addresses.parse("203.0.113.8").orElseThrow()));
    // Pinned: another version of this program must not send every client elsewhere.
    assertThat(hash).isEqualTo(PINNED);
  }

  private static final long PINNED = 1_394_695_727_470_472_955L;
}
