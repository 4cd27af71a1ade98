package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.model.BackendState;
import io.headgate.model.HealthReport;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.PassiveStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class ReconcilerTest {
  private final World world = World.ofThreeNodes();
  private final AtomicLong clockNs = new AtomicLong(world.nowNs);
  private final List<DesiredState> published = new CopyOnWriteArrayList<>();
  private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
  private final Reconciler reconciler = reconciler(published::add);

  private Reconciler reconciler(Consumer<DesiredState> publish) {
    return new Reconciler(world.inputs(), publish, bugs::add, clockNs::get);
  }

  @AfterEach
  void close() {
    reconciler.close();
  }

  @Test
  void the_first_state_is_published_at_once_and_only_after_the_start() {
    assertThat(published).isEmpty();
    assertThat(reconciler.state()).isEqualTo(DesiredState.INITIAL);
    reconciler.start();
    until(() -> !published.isEmpty());
    assertThat(published.getFirst().table().routes()).containsOnlyKeys("shop");
  }

  @Test
  void a_change_completes_after_its_state_is_published() throws Exception {
    reconciler.start();
    world.node("n1").deleting = true;
    var latest = world.inputs();
    DesiredState state = reconciler.change(_ -> latest).get(10, TimeUnit.SECONDS);
    assertThat(published).last().isEqualTo(state);
    assertThat(reconciler.state()).isEqualTo(state);
    assertThat(reconciler.inputs()).isEqualTo(latest);
    assertThat(state.table().routes().get("shop"))
        .extracting(route -> route.backends().getFirst().state())
        .isEqualTo(BackendState.DRAIN);
  }

  @Test
  void what_changes_nothing_is_not_published() throws Exception {
    reconciler.start();
    reconciler.change(inputs -> inputs).get(10, TimeUnit.SECONDS);
    int before = published.size();
    for (int i = 0; i < 5; i++) {
      reconciler.change(inputs -> inputs).get(10, TimeUnit.SECONDS);
    }
    assertThat(published).hasSize(before);
  }

  @Test
  void a_burst_of_changes_is_one_decision() throws Exception {
    var publishing = new CountDownLatch(1);
    var proceed = new CountDownLatch(1);
    try (var slow =
        reconciler(state -> {
          published.add(state);
          publishing.countDown();
          awaited(proceed);
        })) {
      slow.start();
      awaited(publishing);
      List<CompletableFuture<DesiredState>> changes =
          List.of("n1", "n2", "n3").stream()
              .map(name -> {
                world.node(name).deleting = true;
                var inputs = world.inputs();
                return slow.change(_ -> inputs);
              })
              .toList();
      proceed.countDown();
      for (var change : changes) {
        assertThat(change.get(10, TimeUnit.SECONDS)).isSameAs(published.getLast());
      }
      assertThat(published).hasSize(2);
    }
  }

  @Test
  void changes_build_on_one_another_in_order() throws Exception {
    reconciler.start();
    AtomicReference<Inputs> seen = new AtomicReference<>(reconciler.inputs());
    reconciler.change(inputs -> inputs.with(HealthReport.EMPTY));
    world.order("n1", Order.MAINT);
    reconciler.change(inputs -> inputs.with(world.orders));
    reconciler
        .change(inputs -> {
          seen.set(inputs);
          return inputs;
        })
        .get(10, TimeUnit.SECONDS);
    assertThat(seen.get().orders()).isEqualTo(world.orders);
  }

  @Test
  void the_passing_of_time_alone_leads_to_a_decision() throws Exception {
    world.settled();
    world.passive.put(world.nodePort("n1"), new PassiveStatus(3, 1, clockNs.get() + 50_000_000L));
    reconciler.start();
    var ejected = world.inputs();
    DesiredState state = reconciler.change(_ -> ejected).get(10, TimeUnit.SECONDS);
    assertThat(states(state)).containsEntry("n1", BackendState.DOWN);

    clockNs.addAndGet(Duration.ofMillis(50).toNanos());
    until(() -> states(reconciler.state()).get("n1") == BackendState.SUSPECT);
    assertThat(states(published.getLast())).containsEntry("n1", BackendState.SUSPECT);
  }

  @Test
  void a_bug_ends_the_control_thread_and_fails_what_waits() {
    reconciler.start();
    var bug = new IllegalStateException("a bug");
    var failed =
        reconciler.change(_ -> {
          throw bug;
        });
    assertThatThrownBy(() -> failed.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCause(bug);
    until(() -> !bugs.isEmpty());
    assertThat(bugs).containsExactly(bug);
    assertThat(reconciler.change(inputs -> inputs)).isCompletedExceptionally();
  }

  @Test
  void a_subscriber_that_throws_is_a_bug() {
    var bug = new IllegalStateException("in the subscriber");
    try (var broken =
        reconciler(_ -> {
          throw bug;
        })) {
      var waiting = broken.change(inputs -> inputs);
      broken.start();
      assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS)).hasCause(bug);
      until(() -> bugs.equals(List.of(bug)));
    }
  }

  @Test
  void closing_ends_the_thread_and_fails_what_comes_after() throws Exception {
    reconciler.start();
    reconciler.change(inputs -> inputs).get(10, TimeUnit.SECONDS);
    reconciler.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("control") && thread.isAlive());
    assertThat(reconciler.change(inputs -> inputs)).isCompletedExceptionally();
    assertThat(bugs).isEmpty();
    reconciler.close();
  }

  @Test
  void closing_what_was_never_started_fails_what_waits() {
    var waiting = reconciler.change(inputs -> inputs);
    reconciler.close();
    assertThat(waiting).isCompletedExceptionally();
    assertThatThrownBy(reconciler::start).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closing_from_the_bug_handler_does_not_wait_for_itself() {
    var self = new AtomicReference<Reconciler>(reconciler);
    var handled = new CountDownLatch(1);
    try (var closing =
        new Reconciler(
            world.inputs(),
            _ -> {
              throw new IllegalStateException("a bug");
            },
            _ -> {
              self.get().close();
              handled.countDown();
            },
            clockNs::get)) {
      self.set(closing);
      closing.start();
      awaited(handled);
    }
  }

  private static Map<String, BackendState> states(DesiredState state) {
    return state.table().routes().values().stream()
        .flatMap(route -> route.backends().stream())
        .collect(Collectors.toMap(backend -> backend.node(), backend -> backend.state()));
  }

  private static void awaited(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("waited in vain");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void until(BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError("waited in vain");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
