package io.headgate.takeover;

import io.headgate.config.TakeoverConfig;
import io.headgate.config.VrrpGroupConfig;
import io.headgate.linux.Attempt;
import io.headgate.linux.Change;
import io.headgate.linux.InterfaceAddress;
import io.headgate.linux.LocalRoutes;
import io.headgate.linux.TakeoverCalls;
import io.headgate.model.Addresses;
import io.headgate.takeover.TakeoverStatus.GroupStatus;
import io.headgate.vrrp.ElectionEvent;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The thread {@code vrrp}: waits for packets, changes of the host, commands and deadlines, and lets
 * the groups act on them.
 *
 * <p>Its public methods may be called by any thread; what they ask for is done on that one. Fields
 * without another word belong to it.
 */
public final class TakeoverAgent implements AutoCloseable {
  private static final long PUBLISH_NS = Duration.ofMillis(200).toNanos();
  private static final long LOOK_AGAIN_NS = Duration.ofSeconds(1).toNanos();

  /**
   * In intervals: a peer of the same kind takes over within one, another within three and a bit.
   */
  private static final int PATIENCE = 5;

  /** In intervals, where a peer was told that we leave. */
  private static final int SHORT_PATIENCE = 2;

  private final TakeoverEvents events;
  private final Kernel kernel;
  private final LocalRoutes localRoutes;
  private final Notifier notifier;
  private final PeerWords words = new PeerWords();
  private final Thread thread;
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>(); // any thread
  private final List<VrrpGroup> groups = new ArrayList<>();
  private final List<Awaited> awaited = new ArrayList<>();
  private final @Nullable AnnouncedAddresses announced;
  private TakeoverConfig config;
  private Serving serving = Serving.NOTHING;
  private Set<InetAddress> held = Set.of(); // as was told last
  private boolean dirty = true;
  private boolean ending;
  private long lookAtNs;
  private long publishAtNs;
  private volatile TakeoverStatus status = TakeoverStatus.NONE; // read by any thread

  /** Somebody waits until none of these groups is ours, or the time is over. */
  private record Awaited(List<VrrpGroup> groups, long untilNs, Runnable then) {}

  private TakeoverAgent(
      TakeoverConfig config, TakeoverEvents events, Kernel kernel, LocalRoutes localRoutes) {
    this.config = config;
    this.events = events;
    this.kernel = kernel;
    this.localRoutes = localRoutes;
    this.notifier = new Notifier(events);
    this.announced =
        config.mode() == TakeoverConfig.Mode.ROUTE
            ? new AnnouncedAddresses(
                config.route(),
                kernel,
                localRoutes,
                (warning, words) -> events.told(warning, "takeover", words))
            : null;
    this.thread = Thread.ofPlatform().name("vrrp").daemon().unstarted(this::run);
  }

  /** Not started yet. Refused where this is not Linux. */
  public static Attempt<TakeoverAgent> of(TakeoverConfig config, TakeoverEvents events) {
    return Kernel.open()
        .then(kernel ->
            LocalRoutes.open().map(routes -> new TakeoverAgent(config, events, kernel, routes)));
  }

  /** What a crashed predecessor left is swept, and the elections begin. */
  public void start() {
    thread.start();
  }

  /** Puts another configuration of the same mode in force. */
  public void configure(TakeoverConfig next) {
    command(() -> {
      config = next;
      dirty = true;
      useSecondChance();
      if (announced != null) {
        announced.configure(next.route(), now());
      }
      arrangeGroups();
    });
  }

  /** What the edge can serve from now on; asked for on the thread {@code vrrp}. */
  public void serving(Supplier<Serving> now) {
    command(() -> {
      serving = now.get();
      dirty = true;
    });
  }

  /**
   * The process of a peer has died, and its host lives on.
   *
   * @param sources of its advertisements
   * @param nextPriority of a group's name: the highest among the edges that live besides it and
   *     this one; 0 where there is none, 255 where it is not known
   */
  public void peerGone(Set<InetAddress> sources, ToIntFunction<String> nextPriority) {
    command(() -> {
      words.gone(sources);
      for (VrrpGroup group : groups) {
        int next = nextPriority.applyAsInt(group.config().name());
        group.happen(new ElectionEvent.PeerGone(sources, next), now());
      }
    });
  }

  /**
   * What a peer says of second chances, which it repeats within a second.
   *
   * @param sources of its advertisements
   * @param living connections of former clients, by the name of the group that they live on of
   * @param forwarding groups whose former owner it forwards packets to, or would
   */
  public void peerSaid(
      Set<InetAddress> sources, Map<String, Integer> living, Set<String> forwarding) {
    command(() -> words.said(sources, new PeerWords.Word(living, forwarding, now())));
  }

  /**
   * Hands a group over, or all, and goes on serving until a peer does. Completes with the groups
   * that were ours and where they stand then; one that nobody has taken is kept.
   */
  public CompletableFuture<List<GroupStatus>> failover(Optional<String> group) {
    CompletableFuture<List<GroupStatus>> done = new CompletableFuture<>();
    command(() -> {
      List<VrrpGroup> ours = active(named(group));
      handOver(
          ours,
          () -> {
            active(ours::contains).forEach(one -> one.happen(new ElectionEvent.Reclaim(), now()));
            done.complete(ours.stream().map(one -> one.status(now())).toList());
          });
    });
    return done;
  }

  /** Takes {@link #failover} back: from now on this edge takes part with its own priority. */
  public CompletableFuture<List<GroupStatus>> takeBack(Optional<String> group) {
    CompletableFuture<List<GroupStatus>> done = new CompletableFuture<>();
    command(() -> {
      List<VrrpGroup> meant = groups.stream().filter(named(group)).toList();
      meant.forEach(one -> one.happen(new ElectionEvent.Reclaim(), now()));
      done.complete(meant.stream().map(one -> one.status(now())).toList());
    });
    return done;
  }

  /**
   * The edge is going to stop: its addresses move to a peer first, where there is one. Completes
   * when new clients go elsewhere, or nobody is there to take them.
   */
  public CompletableFuture<Void> leave() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    command(() -> {
      if (announced != null) {
        boolean any = announced.withdraw(now());
        dirty = true;
        long waitNs = any ? config.route().withdrawWait().toNanos() : 0;
        awaited.add(new Awaited(List.of(), now() + waitNs, () -> done.complete(null)));
        return;
      }
      groups.stream().filter(group -> !group.active()).forEach(VrrpGroup::stop);
      handOver(
          active(_ -> true),
          () -> { // what nobody has taken is served to the end
            groups.stream().filter(group -> !group.active()).forEach(VrrpGroup::stop);
            done.complete(null);
          });
    });
    return done;
  }

  /** First asks for a successor; then, for those that heed nothing else, says that we leave. */
  private void handOver(List<VrrpGroup> ours, Runnable then) {
    ours.forEach(one -> one.happen(new ElectionEvent.Yield(), now()));
    await(
        ours,
        PATIENCE,
        () -> {
          List<VrrpGroup> left = active(ours::contains);
          left.forEach(one -> one.pretendToLeave(now()));
          await(left, SHORT_PATIENCE, then);
        });
  }

  /** As of some tenths of a second ago. */
  public TakeoverStatus status() {
    return status;
  }

  /** Lets go of everything and ends the thread. */
  @Override
  public void close() {
    command(() -> ending = true);
    if (thread.getState() == Thread.State.NEW) {
      closeAll();
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void command(Runnable command) {
    commands.add(command);
    kernel.descriptors().wake();
  }

  private static long now() {
    return System.nanoTime();
  }

  private static Predicate<VrrpGroup> named(Optional<String> name) {
    return group -> name.map(group.config().name()::equals).orElse(true);
  }

  private List<VrrpGroup> active(Predicate<VrrpGroup> which) {
    return groups.stream().filter(which).filter(VrrpGroup::active).toList();
  }

  private void await(List<VrrpGroup> leaving, int intervals, Runnable then) {
    long patienceNs =
        leaving.stream()
            .mapToLong(group -> intervals * group.config().advertiseInterval().toNanos())
            .max()
            .orElse(0);
    awaited.add(new Awaited(leaving, now() + patienceNs, then));
  }

  private void run() {
    try {
      TakeoverCalls.warm();
      Rehearsal.play(kernel, words, now());
      kernel.list();
      sweep();
      useSecondChance();
      arrangeGroups();
      while (!ending) {
        kernel.descriptors().await(dueNs() - now());
        turn();
      }
    } catch (RuntimeException | Error bug) {
      events.bug(bug);
    } finally {
      closeAll();
    }
  }

  private void turn() {
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      command.run();
    }
    long nowNs = now();
    groups.forEach(group -> group.turn(nowNs)); // first: what was taken is to be announced
    boolean changed = kernel.look();
    if (changed || dirty || nowNs - lookAtNs >= 0) {
      dirty = false;
      lookAtNs = nowNs + LOOK_AGAIN_NS;
      groups.forEach(group -> group.look(serving, config.needsBackend(), nowNs));
      if (announced != null) {
        announced.look(serving, config.needsBackend(), nowNs);
      }
    }
    if (announced != null) {
      announced.turn(nowNs);
    }
    endWaiting(nowNs);
    if (changed || nowNs - publishAtNs >= 0) {
      publish(nowNs);
    }
  }

  private void endWaiting(long nowNs) {
    for (Awaited one : List.copyOf(awaited)) {
      boolean left = !one.groups().isEmpty() && one.groups().stream().noneMatch(VrrpGroup::active);
      if (left || nowNs - one.untilNs() >= 0) {
        awaited.remove(one);
        one.then().run();
        publish(nowNs);
      }
    }
  }

  private void publish(long nowNs) {
    publishAtNs = nowNs + PUBLISH_NS;
    status =
        new TakeoverStatus(
            groups.stream().map(group -> group.status(nowNs)).toList(),
            announced == null ? List.of() : announced.status(nowNs));
    Set<InetAddress> heldNow = status.held();
    if (!heldNow.equals(held)) {
      held = heldNow;
      events.held(heldNow);
    }
  }

  private long dueNs() {
    long nowNs = now();
    long due = Math.min(lookAtNs, publishAtNs);
    for (VrrpGroup group : groups) {
      due = Math.min(due, group.dueNs(nowNs));
    }
    for (Awaited one : awaited) {
      due = Math.min(due, one.untilNs());
    }
    return announced == null ? due : Math.min(due, announced.dueNs());
  }

  /** Addresses and interfaces with our mark that no thread of this process has put there. */
  private void sweep() {
    for (InterfaceAddress left : kernel.network().ours()) {
      Attempt<Change> done =
          kernel.addresses().remove(left.interfaceIndex(), left.address(), left.prefixLength());
      String text = Addresses.text(left.address());
      switch (done) {
        case Attempt.Succeeded<Change> _ ->
            events.told(true, "takeover", text + " was left by a process that died: removed");
        case Attempt.Refused<Change>(_, String why) -> events.told(true, "takeover", why);
      }
    }
    switch (localRoutes.list()) {
      case Attempt.Succeeded<List<InetAddress>>(List<InetAddress> left) ->
          left.forEach(localRoutes::remove);
      case Attempt.Refused<List<InetAddress>>(_, String why) -> events.told(true, "takeover", why);
    }
    VirtualMac.sweep(kernel, (warning, words) -> events.told(warning, "takeover", words));
    kernel.list();
  }

  /** One for each group of the configuration; those that stay keep their role. */
  private void arrangeGroups() {
    if (config.mode() != TakeoverConfig.Mode.VRRP) {
      return;
    }
    long nowNs = now();
    Map<String, VrrpGroup> before =
        groups.stream()
            .collect(Collectors.toMap(group -> group.config().name(), Function.identity()));
    groups.clear();
    for (VrrpGroupConfig group : config.groups()) {
      VrrpGroup known = before.remove(group.name());
      if (known == null) {
        groups.add(
            new VrrpGroup(
                group,
                kernel,
                words,
                notifier,
                (warning, words) -> events.told(warning, "group " + group.name(), words),
                nowNs));
      } else {
        known.configure(group, nowNs);
        groups.add(known);
      }
    }
    before
        .values()
        .forEach(group -> {
          group.stop();
          group.endSecondChance("the group is gone");
        });
    dirty = true;
  }

  private void useSecondChance() {
    if (!config.secondChance()) {
      groups.forEach(group -> group.endSecondChance("it is switched off"));
    }
    kernel.useTables(config.secondChance());
  }

  private void closeAll() {
    groups.forEach(VrrpGroup::stop);
    groups.forEach(group -> group.endSecondChance("the edge ends"));
    if (announced != null) {
      announced.release();
    }
    notifier.close();
    localRoutes.close();
    kernel.close();
  }
}
