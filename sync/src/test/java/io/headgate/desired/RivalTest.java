package io.headgate.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.addressing.PoolCatalog.Notice;
import io.headgate.addressing.Reasons;
import io.headgate.config.ClustersConfig;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.LoadBalancerConfig;
import io.headgate.config.PoolConfig;
import io.headgate.desired.ServiceWorld.Asking;
import io.headgate.model.AddressPool;
import io.headgate.model.AddressRange;
import io.headgate.model.ClusterPools;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ClusterState;
import io.headgate.model.ClusterState.Freshness;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport;
import io.headgate.model.ServiceReport.Remark;
import io.headgate.model.ServiceRequest.Given;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Beside a MetalLB that is at work there are never two who write. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RivalTest {
  private static final String METALLB = "metallb-system";
  private static final ServiceKey WEBHOOK = new ServiceKey(METALLB, "metallb-webhook-service");
  private static final String ALLOCATED = "metallb.io/ip-allocated-from-pool";

  private final ServiceWorld services = new ServiceWorld();
  private boolean defaultClass = true;
  private boolean metallb = true;
  private DesiredState state = DesiredState.INITIAL;
  private long nowNs = Long.MAX_VALUE - 1_000;

  @Test
  void while_its_controller_runs_a_service_without_class_is_let_alone_and_served() {
    theirs("198.51.100.3");
    metallbRuns(true);
    decide();
    ServiceReport report = report("theirs");
    assertThat(report.ours()).isFalse();
    assertThat(report.remarks())
        .filteredOn(remark -> remark.reason().equals(Reasons.LEFT_ALONE))
        .singleElement()
        .extracting(Remark::message)
        .asString()
        .contains("MetalLB's controller is at work", "writes no status");
    assertThat(state.table().listeners()).as("it may be served all the same").hasSize(1);
    assertThat(state.notices()).extracting(Notice::subject).contains("MetalLB");

    theirs("198.51.100.4");
    decide();
    assertThat(state.table().listeners().keySet().toString())
        .as("where MetalLB moves it")
        .contains("198.51.100.4");

    metallbRuns(false);
    decide();
    assertThat(report("theirs").ours()).isTrue();
    assertThat(report("theirs").addresses().toString()).as("kept").contains("198.51.100.4");
    assertThat(state.notices()).extracting(Notice::subject).doesNotContain("MetalLB");
  }

  @Test
  void while_its_controller_runs_nothing_new_comes_out_of_its_pools() {
    service("ours", ServiceWorld.EDGE);
    metallbRuns(true);
    decide();
    assertThat(report("ours").addresses()).isEmpty();
    assertThat(report("ours").ours()).isTrue();
    metallbRuns(false);
    decide();
    assertThat(report("ours").addresses()).hasSize(1);
  }

  @Test
  void without_its_pools_a_controller_that_runs_may_have_a_class_of_its_own() {
    metallb = false;
    service("ours", "");
    metallbRuns(true);
    decide();
    assertThat(report("ours").addresses()).hasSize(1);
  }

  @Test
  void an_annotation_that_comes_shows_that_its_controller_runs_and_one_that_is_there_does_not() {
    metallb = false;
    var service = service("mine", "");
    service.annotations.put(ALLOCATED, "old");
    services.service(service);
    decide();
    assertThat(report("mine").ours()).isTrue();

    service.annotations.put(ALLOCATED, "public");
    services.service(service);
    decide();
    assertThat(report("mine").ours()).isFalse();
    assertThat(state.notices()).extracting(Notice::subject).containsExactly("MetalLB");
    nowNs += Duration.ofMinutes(9).toNanos();
    decide();
    assertThat(report("mine").ours()).isFalse();
    nowNs += Duration.ofMinutes(2).toNanos();
    decide();
    assertThat(report("mine").ours()).isTrue();
    assertThat(state.notices()).isEmpty();
  }

  @Test
  void a_service_of_our_class_is_never_metallbs() {
    defaultClass = false;
    metallb = false;
    var service = service("ours", ServiceWorld.EDGE);
    decide();
    service.annotations.put(ALLOCATED, "public");
    services.service(service);
    decide();
    assertThat(report("ours").ours()).isTrue();
  }

  private void theirs(String address) {
    var asking = service("theirs", "");
    asking.given = List.of(new Given(address, "", "VIP"));
    services.service(asking);
  }

  private Asking service(String name, String loadBalancerClass) {
    var asking = new Asking().named("web", name);
    asking.loadBalancerClass = loadBalancerClass;
    services.service(asking);
    return asking;
  }

  private static ServiceKey key(String name) {
    return new ServiceKey("web", name);
  }

  private ServiceReport report(String name) {
    ServiceReport report = state.reports().get(key(name));
    if (report == null) {
      throw new AssertionError("no report of " + name);
    }
    return report;
  }

  private void metallbRuns(boolean on) {
    services.world.otherEndpoints.put(
        WEBHOOK, on ? List.of(ServiceWorld.pod("10.244.9.9", "n1", true, false)) : List.of());
  }

  private void decide() {
    Inputs inputs = services.world.inputs();
    HeadgateConfig old = inputs.config();
    var config =
        new HeadgateConfig(
            old.name(),
            old.zone(),
            old.kubernetes(),
            ClustersConfig.NONE,
            old.routes(),
            old.defaults(),
            new LoadBalancerConfig(ServiceWorld.EDGE, defaultClass, file(), metallb, METALLB),
            old.takeover(),
            old.transport(),
            old.workers(),
            old.maxConnections(),
            old.stateDirectory(),
            old.admin(),
            old.log());
    ClusterSnapshot snapshot = inputs.cluster().snapshot();
    var withPools =
        new ClusterSnapshot(
            snapshot.nodes(), snapshot.services(), snapshot.endpoints(), clusterPools());
    state =
        Desired.next(
            state,
            inputs.with(config).with(new ClusterState(withPools, Freshness.LIVE)).withLease(true),
            nowNs);
  }

  private List<PoolConfig> file() {
    return metallb
        ? List.of()
        : List.of(new PoolConfig("file", ranges(), true, false, 0, List.of(), List.of()));
  }

  private static List<AddressRange> ranges() {
    return AddressRange.parse("198.51.100.0/29").stream().toList();
  }

  private static ClusterPools clusterPools() {
    var spec = new AddressPool.Spec(ranges(), true, false, 0, List.of(), List.of(), List.of());
    var pool = new AddressPool(METALLB, "public", "uid", Instant.EPOCH, Map.of(), spec, "");
    return new ClusterPools(Map.of("public", pool), Map.of(), Map.of(), Map.of());
  }
}
