package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiResource;
import io.headgate.apiserver.ApiVerb;
import io.headgate.model.AddressPool;
import io.headgate.model.ClusterPools;
import io.headgate.model.ClusterState.Freshness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Following MetalLB's pools, and what becomes of the rest when they cannot be followed. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class PoolsWatchTest {
  private static final String METALLB = "metallb-system";
  private static final PoolSources POOLS = new PoolSources(Optional.of(METALLB), true);

  @TempDir Path directory;
  private FollowedCluster cluster;

  @BeforeEach
  void cluster() throws IOException {
    cluster = new FollowedCluster(directory).withPools(POOLS);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void pools_of_metallbs_namespace_are_followed_and_those_of_others_are_not() throws Exception {
    cluster.api.defineMetalLb();
    cluster.api.put(ApiResource.NAMESPACES, ApiObjects.namespace("shop"));
    put("public", "203.0.113.0/28");
    cluster.api.put(
        ApiResource.IPADDRESSPOOLS, ApiObjects.addressPool("shop", "mine", "198.51.100.0/24"));
    cluster.api.put(ApiResource.L2ADVERTISEMENTS, ApiObjects.l2Advertisement(METALLB, "all"));
    cluster.followed();

    assertThat(pools().pools()).containsOnlyKeys("public");
    assertThat(addresses("public")).isEqualTo("[203.0.113.0-203.0.113.15]");
    assertThat(pools().advertisements()).containsOnlyKeys("all");
    assertThat(pools().namespaces())
        .containsExactly(Map.entry("shop", Map.of("kubernetes.io/metadata.name", "shop")));
    assertThat(pools().unread()).isEmpty();

    put("public", "203.0.113.0/29");
    cluster.await("a change", () -> addresses("public").equals("[203.0.113.0-203.0.113.7]"));
    cluster.api.delete(ApiResource.IPADDRESSPOOLS, METALLB, "public");
    cluster.await("its end", () -> pools().pools().isEmpty());
  }

  @Test
  void a_cluster_without_metallb_has_no_pools_and_nothing_else_waits_for_it() throws Exception {
    cluster.follow().await("live", state -> state.freshness() == Freshness.LIVE);
    assertThat(pools()).isEqualTo(ClusterPools.NONE);
    WatchStatus.OfResource status = cluster.status(Resource.IPADDRESSPOOLS);
    assertThat(status.lastError()).contains("the cluster has no ipaddresspools.metallb.io");
    assertThat(status.errors()).isZero();
    assertThat(status.listed()).isTrue();

    cluster.api.defineMetalLb();
    put("public", "203.0.113.0/28");
    cluster.await("it is there one day", () -> pools().pools().containsKey("public"));
    cluster.await(
        "no complaint", () -> cluster.status(Resource.IPADDRESSPOOLS).lastError().isEmpty());
  }

  @Test
  void pools_that_go_with_their_definition_are_gone() throws Exception {
    cluster.api.defineMetalLb();
    put("public", "203.0.113.0/28");
    cluster.followed();
    cluster.api.dropMetalLb();
    cluster.await("gone", () -> pools().pools().isEmpty());
    cluster.await(
        "said",
        () -> cluster.status(Resource.IPADDRESSPOOLS).lastError().contains("has no ipaddress"));
    assertThat(pools().unread()).isEmpty();
    cluster.assertNothingVanished();
  }

  @Test
  void pools_that_may_not_be_read_are_unread_and_the_rest_goes_on() throws Exception {
    cluster.api.defineMetalLb();
    put("public", "203.0.113.0/28");
    cluster.api.faults().deny("list ipaddresspools", "list namespaces");
    cluster.follow().await("live", state -> state.freshness() == Freshness.LIVE);
    assertThat(pools().pools()).isEmpty();
    assertThat(pools().unread()).containsOnlyKeys("ipaddresspools", "namespaces");
    assertThat(pools().unread().get("ipaddresspools")).contains("403");

    cluster.api.faults().clear();
    cluster.await("read", () -> pools().unread().isEmpty());
    assertThat(pools().pools()).containsOnlyKeys("public");
  }

  @Test
  void pools_that_cannot_be_read_after_a_restart_are_those_of_before() throws Exception {
    cluster.api.defineMetalLb();
    put("public", "203.0.113.0/28");
    cluster.followed();
    cluster.restart();
    cluster.api.faults().answer(ApiVerb.LIST, ApiResource.IPADDRESSPOOLS, 1_000, 500);
    cluster.follow().await("live", state -> state.freshness() == Freshness.LIVE);
    assertThat(addresses("public")).isEqualTo("[203.0.113.0-203.0.113.15]");
    assertThat(pools().unread()).containsOnlyKeys("ipaddresspools");
  }

  @Test
  void a_pool_that_makes_no_sense_stays_what_it_was_also_over_a_restart() throws Exception {
    cluster.api.defineMetalLb();
    put("public", "203.0.113.0/28");
    put("never", "not an address");
    cluster.followed();
    assertThat(addresses("never")).isEqualTo("[]");
    put("public", "203.0.113.0/28", "203.0.113.9-203.0.113.1");
    cluster.await("a problem", () -> !problem("public").isEmpty());
    assertThat(problem("public")).contains("'203.0.113.9-203.0.113.1' is no range");
    assertThat(addresses("public")).isEqualTo("[203.0.113.0-203.0.113.15]");

    cluster.restart();
    cluster.followed();
    assertThat(problem("public")).contains("is no range");
    assertThat(addresses("public")).isEqualTo("[203.0.113.0-203.0.113.15]");

    ObjectNode selecting = ApiObjects.addressPool(METALLB, "public", "203.0.113.0/28");
    selecting
        .withObject("/spec/serviceAllocation")
        .putArray("serviceSelectors")
        .addObject()
        .putArray("matchExpressions")
        .addObject()
        .put("key", "a")
        .put("operator", "Near");
    cluster.api.put(ApiResource.IPADDRESSPOOLS, selecting);
    cluster.await("another", () -> problem("public").contains("serviceAllocation.serviceSel"));
    put("public", "203.0.113.0/30");
    cluster.await("sense", () -> problem("public").isEmpty());
    assertThat(addresses("public")).isEqualTo("[203.0.113.0-203.0.113.3]");
  }

  private void put(String name, String... addresses) {
    cluster.api.put(ApiResource.IPADDRESSPOOLS, ApiObjects.addressPool(METALLB, name, addresses));
  }

  private ClusterPools pools() {
    return cluster.latest().snapshot().pools();
  }

  private String addresses(String pool) {
    return of(pool).map(found -> found.spec().addresses().toString()).orElse("");
  }

  private String problem(String pool) {
    return of(pool).map(AddressPool::problem).orElse("");
  }

  private Optional<AddressPool> of(String pool) {
    return List.copyOf(pools().pools().values()).stream()
        .filter(found -> found.name().equals(pool))
        .findFirst();
  }
}
