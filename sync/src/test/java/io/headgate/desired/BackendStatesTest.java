package io.headgate.desired;

import static io.headgate.model.BackendState.DOWN;
import static io.headgate.model.BackendState.DRAIN;
import static io.headgate.model.BackendState.MAINT;
import static io.headgate.model.BackendState.PENDING;
import static io.headgate.model.BackendState.SUSPECT;
import static io.headgate.model.BackendState.UP;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.BackendState;
import io.headgate.model.ClusterNode.Readiness;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.PassiveStatus;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.Route.Mode;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The backend state machine, row by row: what happens to n1, and what it becomes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BackendStatesTest {
  record Row(
      String what,
      boolean local,
      Consumer<World> happens,
      BackendState becomes,
      int weight,
      boolean lastResort,
      boolean reset,
      String reason) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        cluster("nothing happens", _ -> {}, UP, 100, "probe is good"),
        cluster("the operator orders maint", w -> w.order("n1", Order.MAINT), MAINT, 0, "maint"),
        cluster("the operator drains it", w -> w.order("n1", Order.DRAIN), DRAIN, 100, "drain"),
        cluster(
            "the operator drains it on this route",
            w -> w.order("shop/n1", Order.DRAIN),
            DRAIN,
            100,
            "drain by the operator"),
        cluster(
            "the operator drains it on another route",
            w -> w.order("other/n1", Order.DRAIN),
            UP,
            100,
            "good"),
        gone("it is out of service", "node.kubernetes.io/out-of-service"),
        gone("its machine is switched off", "node.cloudprovider.kubernetes.io/shutdown"),
        cluster(
            "it is being deleted",
            w -> w.node("n1").deleting = true,
            DRAIN,
            100,
            "node is being deleted"),
        cluster(
            "the autoscaler wants it",
            w -> w.node("n1").taints.add("ToBeDeletedByClusterAutoscaler"),
            DRAIN,
            100,
            "taint ToBeDeletedByClusterAutoscaler"),
        cluster(
            "it is shutting down",
            w -> w.node("n1").shuttingDown = true,
            DRAIN,
            100,
            "node is shutting down"),
        cluster(
            "it is annotated to drain",
            w -> w.node("n1").annotations.put("headgate.io/drain", "true"),
            DRAIN,
            100,
            "annotation headgate.io/drain"),
        cluster(
            "it is annotated not to drain",
            w -> w.node("n1").annotations.put("headgate.io/drain", "false"),
            UP,
            100,
            "good"),
        cluster("it is cordoned", w -> w.node("n1").cordoned = true, UP, 100, "good"),
        cluster(
            "it is not ready, but its probe is good",
            w -> w.node("n1").readiness = Readiness.NOT_READY,
            UP,
            100,
            "good"),
        cluster(
            "nobody knows whether it is ready",
            w -> w.node("n1").readiness = Readiness.UNKNOWN,
            SUSPECT,
            25,
            "Ready is Unknown"),
        cluster(
            "one connection fails",
            w -> w.passive.put(w.nodePort("n1"), new PassiveStatus(1, 0, 0)),
            SUSPECT,
            25,
            "connection failed"),
        new Row(
            "connections fail until it is ejected",
            false,
            w -> w.passive.put(w.nodePort("n1"), new PassiveStatus(3, 1, w.nowNs + 5)),
            DOWN,
            100,
            true,
            false,
            "connections fail"),
        cluster(
            "its ejection is over, no connection was tried yet",
            w -> w.passive.put(w.nodePort("n1"), new PassiveStatus(3, 1, w.nowNs)),
            SUSPECT,
            25,
            "connection failed"),
        cluster("one probe fails", w -> n1Answers(w, 1, Answer.TIMED_OUT), SUSPECT, 25, "in time"),
        new Row(
            "two probes fail",
            false,
            w -> n1Answers(w, 2, Answer.TIMED_OUT),
            DOWN,
            100,
            true,
            false,
            "probe: no answer in time"),
        cluster("kube-proxy says 503", w -> n1Answers(w, 1, Answer.UNAVAILABLE), DRAIN, 100, "503"),
        local("it has one endpoint of its own", _ -> {}, UP, 100, "good"),
        local("it has three of its own", w -> endpoints(w, 3, 0), UP, 300, "good"),
        local("two are ready, one terminates", w -> endpoints(w, 2, 1), UP, 200, "good"),
        local(
            "only terminating ones are left",
            w -> endpoints(w, 0, 2),
            DRAIN,
            200,
            "only terminating local endpoints"),
        local("it has none", w -> endpoints(w, 0, 0), DOWN, 0, "no ready local endpoint"),
        local(
            "healthCheckNodePort says 503",
            w -> n1Answers(w, 1, Answer.UNAVAILABLE),
            DRAIN,
            100,
            "503"),
        local(
            "one probe fails with two endpoints",
            w -> {
              endpoints(w, 2, 0);
              n1Answers(w, 1, Answer.REFUSED);
            },
            SUSPECT,
            50,
            "connection refused"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void a_backend_becomes_what_its_signals_say(Row row) {
    World world = row.local() ? World.runningLocal() : World.running();
    row.happens().accept(world);
    world.decide();

    var n1 = world.backend("n1");
    assertThat(n1.state()).isEqualTo(row.becomes());
    assertThat(n1.weightPercent()).isEqualTo(row.weight());
    assertThat(n1.lastResort()).isEqualTo(row.lastResort());
    assertThat(n1.reset()).isEqualTo(row.reset());
    assertThat(n1.reason()).contains(row.reason());
    assertThat(world.stateOf("n2")).as("the others").isEqualTo(UP);
    assertThat(world.explanation().nodes().getFirst().verdicts())
        .filteredOn(verdict -> verdict.decides())
        .as("one verdict decides, and is the last that was asked for")
        .containsExactly(world.explanation().nodes().getFirst().verdicts().getLast());
  }

  @Test
  void a_backend_is_pending_until_its_first_good_probe() {
    World world = World.ofThreeNodes();
    world.decide();
    assertThat(world.stateOf("n1")).isEqualTo(PENDING);
    assertThat(world.candidates()).isEmpty();

    n1Answers(world, 1, Answer.GOOD);
    assertThat(world.stateOf("n1")).isEqualTo(UP);
  }

  @Test
  void a_pending_backend_whose_probes_fail_is_down() {
    World world = World.ofThreeNodes();
    world.decide();
    n1Answers(world, 1, Answer.REFUSED);
    assertThat(world.stateOf("n1")).isEqualTo(PENDING);
    n1Answers(world, 1, Answer.REFUSED);
    assertThat(world.stateOf("n1")).isEqualTo(DOWN);
  }

  @Test
  void a_backend_that_is_down_comes_back_after_rise_good_probes() {
    World world = World.running();
    n1Answers(world, 2, Answer.REFUSED);
    n1Answers(world, 1, Answer.GOOD);
    assertThat(world.stateOf("n1")).isEqualTo(DOWN);
    n1Answers(world, 1, Answer.GOOD);
    assertThat(world.stateOf("n1")).isEqualTo(UP);
  }

  @Test
  void a_node_whose_kube_proxy_takes_its_503_back_is_up_at_once() {
    World world = World.running();
    n1Answers(world, 3, Answer.UNAVAILABLE);
    n1Answers(world, 1, Answer.GOOD);
    assertThat(world.stateOf("n1")).isEqualTo(UP);
  }

  @Test
  void a_backend_that_leaves_maintenance_is_probed_before_it_is_used() {
    World world = World.running();
    world.order("n1", Order.MAINT);
    world.decide();
    assertThat(world.probeTexts()).noneMatch(text -> text.contains("10.0.0.1:"));
    world.probe();

    world.order("n1", Order.READY);
    world.decide();
    assertThat(world.stateOf("n1")).isEqualTo(PENDING);
    world.probe();
    assertThat(world.stateOf("n1")).isEqualTo(UP);
  }

  @Test
  void a_node_that_leaves_the_cluster_leaves_the_table() {
    World world = World.running();
    world.nodes.remove("n1");
    world.decide();
    assertThat(world.backendNodes()).containsExactly("n2", "n3");
    assertThat(world.changeTexts()).containsExactly("shop/n1 removed: no longer there");
  }

  @Test
  void nodes_that_are_deleted_together_leave_the_table_together() {
    World world = World.running();
    world.nodes.clear();
    world.decide();
    assertThat(world.backendNodes()).isEmpty();
    assertThat(world.state.wakeAtNs()).isEmpty();
  }

  @Test
  void draining_backends_take_connections_only_when_nothing_else_is_left() {
    World world = World.running();
    world.node("n1").deleting = true;
    world.decide();
    assertThat(world.candidates()).containsExactly("n2", "n3");

    world.order("n2", Order.MAINT);
    world.order("n3", Order.MAINT);
    world.decide();
    assertThat(world.route().mode()).isEqualTo(Mode.DRAINING_ONLY);
    assertThat(world.candidates()).containsExactly("n1");
  }

  @Test
  void a_draining_backend_that_does_not_answer_is_not_used_before_others_that_may_work() {
    World world = World.running();
    world.order("n1", Order.DRAIN);
    world.answers = _ -> Answer.TIMED_OUT;
    world.probe();
    world.probe();
    assertThat(world.stateOf("n1")).isEqualTo(DRAIN);
    assertThat(world.route().mode()).isEqualTo(Mode.FAIL_OPEN);
    assertThat(world.candidates()).containsExactly("n2", "n3");

    world.order("n2", Order.DRAIN);
    world.order("n3", Order.DRAIN);
    world.decide();
    assertThat(world.candidates()).as("all drain, all fail").containsExactly("n1", "n2", "n3");
  }

  @Test
  void of_draining_backends_only_those_that_answer_have_weight() {
    World world = World.running();
    world.order("n1", Order.DRAIN);
    world.order("n2", Order.DRAIN);
    world.order("n3", Order.MAINT);
    n1Answers(world, 2, Answer.TIMED_OUT);
    assertThat(world.stateOf("n1")).isEqualTo(DRAIN);
    assertThat(world.backend("n1").weight()).isZero();
    assertThat(world.route().mode()).isEqualTo(Mode.DRAINING_ONLY);
    assertThat(world.candidates()).containsExactly("n2");

    n1Answers(world, 2, Answer.GOOD);
    assertThat(world.backend("n1").weightPercent()).isEqualTo(100);
    assertThat(world.candidates()).containsExactly("n1", "n2");
  }

  @Test
  void when_all_probes_fail_at_once_all_backends_are_tried() {
    World world = World.running();
    world.answers = _ -> Answer.TIMED_OUT;
    world.probe();
    assertThat(world.route().mode()).isEqualTo(Mode.NORMAL);
    world.probe();

    assertThat(world.route().mode()).isEqualTo(Mode.FAIL_OPEN);
    assertThat(world.candidates()).containsExactly("n1", "n2", "n3");
    assertThat(world.explanation().notes()).singleElement().asString().startsWith("failing open");
    assertThat(world.state.changes())
        .filteredOn(change -> change.subject().equals("shop"))
        .singleElement()
        .satisfies(change -> {
          assertThat(change.level()).isEqualTo(Change.Level.WARNING);
          assertThat(change.message()).startsWith("NORMAL -> FAIL_OPEN: failing open");
        });
  }

  @Test
  void failing_open_under_local_leaves_out_nodes_without_endpoints() {
    World world = World.runningLocal();
    endpoints(world, 0, 0);
    world.answers = _ -> Answer.TIMED_OUT;
    world.decide();
    world.probe();
    world.probe();
    assertThat(world.route().mode()).isEqualTo(Mode.FAIL_OPEN);
    assertThat(world.candidates()).containsExactly("n2", "n3");
  }

  @Test
  void pending_backends_are_never_tried() {
    World world = World.ofThreeNodes();
    world.decide();
    world.decide();
    assertThat(world.route().mode()).isEqualTo(Mode.EMPTY);
    assertThat(world.state.changes()).isEmpty();
  }

  private static void n1Answers(World world, int times, Answer answer) {
    world.answers = target -> World.isAt(target, "10.0.0.1") ? answer : Answer.GOOD;
    for (int i = 0; i < times; i++) {
      world.probe();
    }
  }

  private static void endpoints(World world, int ready, int terminating) {
    world.endpoints.removeIf(endpoint -> endpoint.node().orElseThrow().equals("n1"));
    for (int i = 0; i < ready; i++) {
      world.endpoint("n1");
    }
    for (int i = 0; i < terminating; i++) {
      world.terminatingEndpoint("n1");
    }
  }

  private static Row cluster(
      String what, Consumer<World> happens, BackendState becomes, int weight, String reason) {
    return new Row(what, false, happens, becomes, weight, false, false, reason);
  }

  private static Row local(
      String what, Consumer<World> happens, BackendState becomes, int weight, String reason) {
    return new Row("under Local " + what, true, happens, becomes, weight, false, false, reason);
  }

  private static Row gone(String what, String taint) {
    return new Row(
        what,
        false,
        world -> world.node("n1").taints.add(taint),
        DOWN,
        0,
        false,
        true,
        "taint " + taint);
  }
}
