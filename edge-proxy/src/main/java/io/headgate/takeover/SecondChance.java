package io.headgate.takeover;

import io.headgate.linux.NftTables;
import io.headgate.linux.SocketDestroy;
import io.headgate.model.Addresses;
import io.headgate.takeover.PeerWords.Word;
import io.headgate.takeover.TakeoverStatus.SecondChanceStatus;
import io.headgate.takeover.TakeoverStatus.Stage;
import io.headgate.vrrp.ElectionState;
import io.headgate.vrrp.Family;
import io.headgate.vrrp.Leader;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Connections of a group that go on after its addresses have moved to another edge on purpose. The
 * new owner forwards what is not its own to the former one, by that one's hardware address; the
 * former owner has the addresses on lo, tells nobody, and answers clients itself. {@link Chance}
 * says when which is so.
 *
 * <p>Does nothing where the kernel's {@link Kernel#tables} are not used. Owned by the vrrp thread.
 */
final class SecondChance {
  /**
   * An order takes nftables a millisecond or two; the addresses wait for the one in {@link #keep}.
   */
  private static final Duration PATIENCE = Duration.ofMillis(100);

  private static final long LOOK_NS = Duration.ofSeconds(1).toNanos();
  private static final int LOOPBACK = 1; // the index of lo in every network namespace

  private final String group;
  private final Kernel kernel;
  private final PeerWords words;
  private final Teller told;
  private Chance chance = new Chance.None();
  private SecondChanceRules rules = new SecondChanceRules("headgate");
  private @Nullable CompletableFuture<Optional<String>> asked; // for the rules of Ready
  private final Holding onLoopback;
  private boolean prepared; // whether the rules of Ready are there
  private String problem = "";
  private long lookAtNs;

  SecondChance(String group, Kernel kernel, PeerWords words, Teller told) {
    this.group = group;
    this.kernel = kernel;
    this.words = words;
    this.told = told;
    this.onLoopback = new Holding(kernel, _ -> LOOPBACK, Optional.empty(), told);
  }

  /**
   * Looks for whom packets would be forwarded to, should the addresses come.
   *
   * @param state of the election
   */
  void prepare(
      ElectionState state,
      SecondChanceRules ofLink,
      String interfaceName,
      Set<InetAddress> addresses,
      long nowNs) {
    if (chance instanceof Chance.Forwarding || chance instanceof Chance.Keeping) {
      return;
    }
    Chance wanted = wanted(state, addresses, nowNs);
    if (wanted.equals(chance)) {
      return;
    }
    drop();
    rules = ofLink;
    if (wanted instanceof Chance.Ready(var owner, var shared)) {
      chance = wanted;
      asked = order(rules.forward(interfaceName, owner, shared));
    }
  }

  private Chance wanted(ElectionState state, Set<InetAddress> addresses, long nowNs) {
    if (!(state instanceof ElectionState.Backup backup) || kernel.tables().isEmpty()) {
      return new Chance.None();
    }
    Map<Family, InetAddress> owner = sources(backup);
    return hasWord(owner, nowNs) ? new Chance.Ready(owner, routable(addresses)) : new Chance.None();
  }

  private static Map<Family, InetAddress> sources(ElectionState.Backup backup) {
    return backup.leaders().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().source()));
  }

  /** A link-local address means something on its link only, and lo is another one. */
  private static Set<InetAddress> routable(Collection<InetAddress> addresses) {
    return addresses.stream()
        .filter(address -> !address.isLinkLocalAddress())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The addresses are about to be ours.
   *
   * @param before where the election stood until now
   */
  void taken(ElectionState before, long nowNs) {
    switch (chance) {
      case Chance.None _, Chance.Forwarding _ -> {}
      case Chance.Ready(var owner, _) -> {
        if (prepared && isHandedOver(before, nowNs) && hasWord(owner, nowNs)) {
          chance = new Chance.Forwarding(owner, nowNs, false);
          told.tell(false, "connections of former clients are left to " + text(owner));
        } else {
          drop();
        }
      }
      case Chance.Keeping _ -> {
        drop(); // connections go on where the addresses are now; lo is cleared afterwards
        told.tell(false, "the addresses are back, and so are connections of former clients");
      }
    }
  }

  /** Whether the owner still speaks: what is taken after a silence has nobody to forward to. */
  private static boolean isHandedOver(ElectionState before, long nowNs) {
    return before instanceof ElectionState.Backup backup
        && backup.leaders().values().stream().anyMatch((Leader leader) -> leader.speaks(nowNs));
  }

  private boolean hasWord(Map<Family, InetAddress> edge, long nowNs) {
    return words.of(edge.values(), nowNs).isPresent();
  }

  /**
   * The addresses are about to be somebody else's.
   *
   * @param after where the election stands from now on
   * @param held those that are on the interface
   * @param own this edge's own IPv4 address
   * @param atMost how long connections are left to their clients
   * @return those whose connections live on: they are to be taken off quietly
   */
  Set<InetAddress> keep(
      ElectionState after,
      SecondChanceRules ofLink,
      Set<InetAddress> held,
      Optional<InetAddress> own,
      Duration atMost,
      long nowNs) {
    drop();
    rules = ofLink;
    if (kernel.tables().isEmpty() || !(after instanceof ElectionState.Backup backup)) {
      return Set.of();
    }
    Map<Family, InetAddress> successor = sources(backup);
    if (words
        .of(successor.values(), nowNs)
        .filter(word -> word.forwarding().contains(group))
        .isEmpty()) {
      return Set.of();
    }
    Set<InetAddress> kept = routable(held);
    int living = living(kept);
    if (living == 0) {
      return Set.of();
    }
    Optional<String> refusal = await(order(rules.keep(own, kept)));
    if (refusal.isPresent()) {
      refused(refusal.get());
      order(rules.none()); // it may be carried out late
      return Set.of();
    }
    chance = new Chance.Keeping(kept, successor, nowNs, nowNs + atMost.toNanos(), living);
    lookAtNs = nowNs + LOOK_NS;
    onLoopback.want(kept, nowNs);
    onLoopback.take(false, nowNs);
    told.tell(
        false,
        "%d connections of former clients live on, by way of %s"
            .formatted(living, text(successor)));
    return onLoopback.held();
  }

  private static Optional<String> await(CompletableFuture<Optional<String>> order) {
    try {
      return order.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException _) {
      return Optional.of("nft does not answer within " + PATIENCE.toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  /** Goes on, or ends what is over. */
  void turn(long nowNs) {
    hearAnswer();
    boolean due = nowNs - lookAtNs >= 0;
    if (due) {
      lookAtNs = nowNs + LOOK_NS;
    }
    if (!(chance instanceof Chance.None)) {
      if (due) {
        kernel.tables().ifPresent(NftTables::check);
      }
      kernel.tablesProblem().ifPresent(this::end);
    }
    switch (chance) {
      case Chance.None _, Chance.Ready _ -> clearLoopback();
      case Chance.Forwarding forwarding -> {
        clearLoopback();
        Optional<Word> word = words.of(forwarding.to().values(), nowNs);
        Chance.Forwarding now = forwarding.heard(word, group);
        chance = now;
        now.end(word, group, nowNs).ifPresent(this::end);
      }
      case Chance.Keeping keeping -> {
        onLoopback.turn(nowNs);
        Chance.Keeping now = due ? keeping.counted(living(keeping.addresses())) : keeping;
        chance = now;
        now.end(words.of(now.successor().values(), nowNs), group, nowNs).ifPresent(this::end);
      }
    }
  }

  private void hearAnswer() {
    if (asked == null || !asked.isDone()) {
      return;
    }
    Optional<String> refusal = asked.getNow(Optional.empty());
    asked = null;
    prepared = refusal.isEmpty();
    if (refusal.isPresent()) {
      refused(refusal.get());
      chance = new Chance.None(); // and it is tried again
    } else {
      problem = "";
    }
  }

  /** Addresses that have come back are on the interface by now. */
  private void clearLoopback() {
    if (onLoopback.owned()) {
      onLoopback.release(onLoopback.held());
    }
  }

  /** Ends it, whatever it is, and resets what lives on only by it. */
  void end(String why) {
    if (chance instanceof Chance.Keeping) {
      onLoopback.release();
    }
    if (chance instanceof Chance.Keeping || chance instanceof Chance.Forwarding) {
      told.tell(false, "the second chance of former clients is over: " + why);
    }
    drop();
    clearLoopback();
  }

  /** There is no interface any more to forward packets on. */
  void fallSilent() {
    if (chance instanceof Chance.Ready) {
      drop();
    }
  }

  /** Rules go; connections stay. */
  private void drop() {
    if (!(chance instanceof Chance.None)) {
      order(rules.none());
    }
    chance = new Chance.None();
    asked = null;
    prepared = false;
  }

  private CompletableFuture<Optional<String>> order(String line) {
    return kernel
        .tables()
        .map(tables -> tables.order(line))
        .orElseGet(() -> CompletableFuture.completedFuture(kernel.tablesProblem()));
  }

  private void refused(String why) {
    if (!why.equals(problem)) {
      problem = why;
      told.tell(true, "no second chance for former clients: " + why);
    }
  }

  private static int living(Set<InetAddress> addresses) {
    return addresses.stream()
        .mapToInt(address -> SocketDestroy.count(address).optional().orElse(0))
        .sum();
  }

  Optional<String> problem() {
    return kernel
        .tablesProblem()
        .or(() -> Optional.of(problem).filter(why -> !why.isEmpty()))
        .map(why -> "no second chance for former clients: " + why);
  }

  SecondChanceStatus status(long nowNs) {
    return switch (chance) {
      case Chance.None _ -> new SecondChanceStatus(idle(nowNs), Set.of(), 0, "");
      case Chance.Ready(var owner, _) ->
          new SecondChanceStatus(prepared ? Stage.READY : Stage.IDLE, Set.of(), 0, text(owner));
      case Chance.Forwarding(var to, _, _) ->
          new SecondChanceStatus(Stage.FORWARDING, Set.of(), 0, text(to));
      case Chance.Keeping keeping ->
          new SecondChanceStatus(
              Stage.KEEPING, onLoopback.held(), keeping.living(), text(keeping.successor()));
    };
  }

  private Stage idle(long nowNs) {
    if (kernel.tables().isEmpty()) {
      return Stage.OFF;
    }
    return words.anyForwards(group, nowNs) ? Stage.COVERED : Stage.IDLE;
  }

  private static String text(Map<Family, InetAddress> edge) {
    return edge.entrySet().stream()
        .min(Map.Entry.comparingByKey())
        .map(entry -> Addresses.text(entry.getValue()))
        .orElse("");
  }
}
