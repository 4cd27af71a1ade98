package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiObjects.Endpoint;
import io.headgate.model.AddressPool;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterNode.Readiness;
import io.headgate.model.ClusterService;
import io.headgate.model.Hints;
import io.headgate.model.IpFamily;
import io.headgate.model.LabelSelector;
import io.headgate.model.PoolAdvertisement;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceRequest;
import io.headgate.model.ServiceRequest.FamilyPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReadingsTest {
  private static final String NODE =
      """
      {"metadata": {"name": "w1", "uid": "u1", "deletionTimestamp": "2026-01-01T00:00:00Z",
         "labels": {"topology.kubernetes.io/zone": "a"},
         "annotations": {"headgate.io/drain": "true", "other/note": "secret"}},
       "spec": {"unschedulable": true, "taints": [{"key": "t1", "effect": "NoSchedule"}]},
       "status": {
         "addresses": [{"type": "ExternalIP", "address": "203.0.113.1"},
                       {"type": "InternalIP", "address": "10.0.0.1"},
                       {"type": "InternalIP", "address": "2001:db8::1"},
                       {"type": "InternalIP", "address": "no.address.example"},
                       {"type": "Hostname", "address": "w1"}],
         "conditions": [{"type": "Ready", "status": "False", "reason": "KubeletNotReady",
                         "message": "node is shutting down"},
                        {"type": "NetworkUnavailable", "status": "True"}]}}
      """;

  @Test
  void a_node_is_read_with_all_that_matters() throws Exception {
    var node = NodeReading.of(tree(NODE));
    assertThat(node.name()).isEqualTo("w1");
    assertThat(node.uid()).isEqualTo("u1");
    assertThat(node.labels()).containsEntry("topology.kubernetes.io/zone", "a");
    assertThat(node.annotations()).containsOnlyKeys("headgate.io/drain");
    assertThat(node.internalAddresses().stream().map(Addresses::text))
        .containsExactly("10.0.0.1", "2001:db8::1");
    assertThat(node.externalAddresses().stream().map(Addresses::text))
        .containsExactly("203.0.113.1");
    assertThat(node.taints()).containsExactly("t1");
    assertThat(node.readiness()).isEqualTo(Readiness.NOT_READY);
    assertThat(node.unschedulable()).isTrue();
    assertThat(node.networkUnavailable()).isTrue();
    assertThat(node.shuttingDown()).isTrue();
    assertThat(node.deleting()).isTrue();
  }

  @Test
  void a_node_that_says_little_is_unknown_and_otherwise_fine() throws Exception {
    var node = NodeReading.of(tree("{\"metadata\": {\"name\": \"w1\"}}"));
    assertThat(node.readiness()).isEqualTo(Readiness.UNKNOWN);
    assertThat(node.internalAddresses()).isEmpty();
    assertThat(
            node.deleting()
                || node.shuttingDown()
                || node.networkUnavailable()
                || node.unschedulable())
        .isFalse();
  }

  @Test
  void a_node_that_is_ready_again_is_not_shutting_down() {
    var node =
        ApiObjects.readiness(
            ApiObjects.node("w1", "10.0.0.1"), "True", "", "node is shutting down");
    assertThat(NodeReading.of(node).shuttingDown()).isFalse();
  }

  @Test
  void a_Service_is_read_with_its_policy_and_ports() {
    var tree =
        ApiObjects.local(
            ApiObjects.service(
                "shop",
                "web",
                new ApiObjects.Port("http", 80, 30080),
                new ApiObjects.Port("https", 443, 30443)),
            32000);
    var service = ServiceReading.of(tree);
    assertThat(service.key()).isEqualTo(new ServiceKey("shop", "web"));
    assertThat(service.type()).isEqualTo(ClusterService.Type.LOAD_BALANCER);
    assertThat(service.localTraffic()).isTrue();
    assertThat(service.healthCheckNodePort()).isEqualTo(32000);
    assertThat(service.ports())
        .containsExactly(
            new ClusterService.Port("http", "TCP", 80, 30080),
            new ClusterService.Port("https", "TCP", 443, 30443));
  }

  @Test
  void what_a_Service_asks_of_a_load_balancer_is_read_as_its_user_wrote_it() throws Exception {
    var service =
        ServiceReading.of(
            tree(
                """
                {"metadata": {"namespace": "shop", "name": "web", "labels": {"app": "web"},
                   "creationTimestamp": "2026-11-21T10:11:12Z",
                   "deletionTimestamp": "2026-11-22T10:11:12Z",
                   "annotations": {"headgate.io/pool": "public", "metallb.io/x": "y",
                     "kubectl.kubernetes.io/last-applied-configuration": "{}"}},
                 "spec": {"selector": {"app": "pods"}, "type": "LoadBalancer", "loadBalancerClass": "headgate.io/edge",
                   "loadBalancerIP": "192.0.2.7", "loadBalancerSourceRanges": [" 10.0.0.0/8", "x"],
                   "sessionAffinity": "ClientIP", "externalIPs": ["192.0.2.9"],
                   "ipFamilies": ["IPv6", "IPv4"], "ipFamilyPolicy": "PreferDualStack",
                   "ports": [{"port": 443, "appProtocol": "https"}]},
                 "status": {"loadBalancer": {"ingress": [
                   {"ip": "192.0.2.7", "ipMode": "Proxy"}, {"hostname": "lb.test"}]}}}
                """));
    assertThat(service.ports().getFirst().appProtocol()).isEqualTo("https");
    assertThat(service.request())
        .isEqualTo(
            new ServiceRequest(
                "headgate.io/edge",
                "192.0.2.7",
                List.of(" 10.0.0.0/8", "x"),
                Duration.ofHours(3),
                List.of("192.0.2.9"),
                List.of(IpFamily.IPV6, IpFamily.IPV4),
                FamilyPolicy.PREFER_DUAL_STACK,
                Map.of("headgate.io/pool", "public", "metallb.io/x", "y"),
                Map.of("app", "web"),
                Map.of("app", "pods"),
                Instant.parse("2026-11-21T10:11:12Z"),
                true,
                List.of(
                    new ServiceRequest.Given("192.0.2.7", "", "Proxy"),
                    new ServiceRequest.Given("", "lb.test", "")),
                List.of(),
                0));
  }

  @Test
  void a_Service_of_an_unknown_type_with_odd_ports_has_no_NodePorts() throws Exception {
    var service =
        ServiceReading.of(
            tree(
                """
                {"metadata": {"namespace": "a", "name": "b"}, "spec": {"type": "Tunnel",
                  "ports": [{"port": 80, "nodePort": 99999999999}, {"port": "x"}, 7, {}]}}
                """));
    assertThat(service.type()).isEqualTo(ClusterService.Type.CLUSTER_IP);
    assertThat(service.ports()).hasSize(4).allMatch(port -> port.nodePort() == 0);
    assertThat(service.ports().getFirst().protocol()).isEqualTo("TCP");
  }

  @Test
  void conditions_that_are_not_set_have_their_defaults() throws Exception {
    var slice =
        SliceReading.of(
            tree(
                """
                {"metadata": {"namespace": "shop", "name": "web-x",
                   "labels": {"kubernetes.io/service-name": "web"}},
                 "addressType": "IPv4", "ports": [{"port": 80}, {"name": "https", "port": 443}],
                 "endpoints": [{"addresses": ["10.1.0.1", "10.1.0.2"], "conditions": {}},
                               {"addresses": ["10.1.0.3"], "nodeName": "w1",
                                "conditions": {"ready": false, "terminating": true}},
                               {"addresses": []}]}
                """));
    assertThat(slice)
        .isEqualTo(
            new Item.OfSlice(
                new ServiceKey("shop", "web"),
                List.of(
                    new ClusterEndpoint(
                        "10.1.0.1",
                        Optional.empty(),
                        true,
                        true,
                        false,
                        Map.of("", 80, "https", 443)),
                    new ClusterEndpoint(
                        "10.1.0.3",
                        Optional.of("w1"),
                        false,
                        true,
                        true,
                        Map.of("", 80, "https", 443)))));
  }

  @Test
  void endpoints_of_one_zone_share_their_hints_and_those_without_share_the_empty_ones()
      throws Exception {
    var slice =
        (Item.OfSlice)
            SliceReading.of(
                tree(
                    """
                    {"metadata": {"namespace": "shop", "name": "web-x",
                       "labels": {"kubernetes.io/service-name": "web"}},
                     "addressType": "IPv4", "ports": [{"port": 80}],
                     "endpoints": [{"addresses": ["10.1.0.1"], "hints": {"forZones": [{"name": "a"}]}},
                                   {"addresses": ["10.1.0.2"], "hints": {"forZones": [{"name": "a"}]}},
                                   {"addresses": ["10.1.0.3"], "hints": {
                                      "forZones": [{"name": "b"}, {}], "forNodes": [{"name": "w1"}]}},
                                   {"addresses": ["10.1.0.4"], "hints": {}},
                                   {"addresses": ["10.1.0.5"]}]}
                    """));
    List<Hints> hints = slice.endpoints().stream().map(ClusterEndpoint::hints).toList();
    assertThat(hints.get(0)).isEqualTo(new Hints(List.of("a"), List.of())).isSameAs(hints.get(1));
    assertThat(hints.get(2)).isEqualTo(new Hints(List.of("b"), List.of("w1")));
    assertThat(hints.subList(3, 5)).allSatisfy(none -> assertThat(none).isSameAs(Hints.NONE));
  }

  @Test
  void slices_without_a_Service_or_with_names_for_addresses_do_not_count() throws Exception {
    assertThat(SliceReading.of(tree("{\"metadata\": {\"name\": \"x\"}}")))
        .isEqualTo(new Item.Irrelevant());
    var names =
        ApiObjects.endpointSlice("a", "b", "c", List.of(), List.of(Endpoint.ready("x.y", "n")));
    assertThat(SliceReading.of(names.put("addressType", "FQDN"))).isEqualTo(new Item.Irrelevant());
  }

  @Test
  void slices_are_joined_and_a_terminating_twin_gives_way() {
    var web = new ServiceKey("shop", "web");
    var old =
        new ClusterEndpoint("10.1.0.1", Optional.of("w1"), false, true, true, Map.of("http", 8080));
    var fresh =
        new ClusterEndpoint("10.1.0.1", Optional.of("w2"), true, true, false, Map.of("http", 8080));
    var other =
        new ClusterEndpoint("10.1.0.0", Optional.of("w1"), true, true, false, Map.of("http", 8080));
    var sameOther =
        new ClusterEndpoint(
            "10.1.0.0", Optional.of("w1"), true, true, false, Map.of("https", 8443));
    var slices =
        List.of(
            new Item.OfSlice(web, List.of(old, other)),
            new Item.OfSlice(web, List.of(fresh, sameOther)));
    var joined =
        new ClusterEndpoint(
            "10.1.0.0", Optional.of("w1"), true, true, false, Map.of("http", 8080, "https", 8443));
    assertThat(JoinedEndpoints.of(slices)).containsExactly(joined, fresh);
    assertThat(JoinedEndpoints.of(slices.reversed())).containsExactly(joined, fresh);
  }

  @Test
  void an_IPAddressPool_is_read_with_all_that_decides_who_gets_what() throws Exception {
    AddressPool pool =
        PoolReading.pool(
            tree(
                """
                {"metadata": {"namespace": "metallb-system", "name": "public", "uid": "u",
                   "creationTimestamp": "2026-11-21T10:11:12Z", "labels": {"zone": "a"}},
                 "spec": {"addresses": ["192.0.2.0/30", "192.0.2.10 - 192.0.2.12", "2001:db8::/126"],
                   "autoAssign": false, "avoidBuggyIPs": true,
                   "serviceAllocation": {"priority": 7, "namespaces": ["shop"],
                     "namespaceSelectors": [
                       {"matchLabels": {"team": "a", "b": ""}, "matchExpressions": [
                         {"key": "tier", "operator": "In", "values": ["x", "y"]},
                         {"key": "off", "operator": "DoesNotExist"}]}],
                     "serviceSelectors": [{}, {"matchExpressions": [
                         {"key": "a/b", "operator": "NotIn", "values": ["z"]},
                         {"key": "c", "operator": "Exists"}]}]}}}
                """));
    assertThat(pool.problem()).isEmpty();
    assertThat(pool.key()).isEqualTo("metallb-system/public");
    assertThat(pool.createdAt()).isEqualTo(Instant.parse("2026-11-21T10:11:12Z"));
    assertThat(pool.labels()).containsExactly(Map.entry("zone", "a"));
    AddressPool.Spec spec = pool.spec();
    assertThat(spec.addresses().toString())
        .isEqualTo("[192.0.2.0-192.0.2.3, 192.0.2.10-192.0.2.12, 2001:db8::-2001:db8::3]");
    assertThat(spec.autoAssign()).isFalse();
    assertThat(spec.avoidBuggyIps()).isTrue();
    assertThat(spec.priority()).isEqualTo(7);
    assertThat(spec.namespaces()).containsExactly("shop");
    LabelSelector namespaces = spec.namespaceSelectors().getFirst();
    assertThat(namespaces.matches(Map.of("team", "a", "b", "", "tier", "y"))).isTrue();
    assertThat(namespaces.matches(Map.of("team", "a", "b", "", "tier", "z"))).isFalse();
    assertThat(namespaces.matches(Map.of("team", "a", "b", "", "tier", "y", "off", ""))).isFalse();
    assertThat(spec.serviceSelectors().getFirst().matches(Map.of())).isTrue();
    assertThat(spec.serviceSelectors().getLast().matches(Map.of("c", "", "a/b", "y"))).isTrue();
    assertThat(spec.serviceSelectors().getLast().matches(Map.of("c", "", "a/b", "z"))).isFalse();
  }

  @Test
  void an_IPAddressPool_gives_addresses_by_itself_where_it_does_not_say() throws Exception {
    AddressPool pool = PoolReading.pool(tree("{\"spec\": {\"addresses\": [\"192.0.2.1/32\"]}}"));
    assertThat(pool.spec().autoAssign()).isTrue();
    assertThat(pool.spec().avoidBuggyIps()).isFalse();
    assertThat(pool.spec().priority()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"addresses": []}                                 | spec.addresses is empty
          {"addresses": ["x"]}                              | no range such as
          {"addresses": ["224.0.0.1-224.0.0.9"]}            | that no Service can have
          {"addresses": ["10.0.0.0/7"]}                     | is wider than a /8
          {"addresses": ["192.0.2.9-192.0.2.1"]}            | is no range
          {"addresses": ["192.0.2.1/32"], "serviceAllocation": {"namespaceSelectors": [{"matchLabels": {"a b": "c"}}]}} | is no selector
          """)
  void an_IPAddressPool_without_sense_says_what_is_wrong(String spec, String problem)
      throws Exception {
    AddressPool pool = PoolReading.pool(tree("{\"spec\": " + spec + "}"));
    assertThat(pool.problem()).contains(problem);
    assertThat(pool.spec()).isEqualTo(AddressPool.Spec.NONE);
  }

  @Test
  void an_L2Advertisement_names_pools_by_name_by_label_or_all() throws Exception {
    AddressPool pool =
        PoolReading.pool(
            tree(
                """
                {"metadata": {"name": "public", "labels": {"zone": "a"}},
                 "spec": {"addresses": ["192.0.2.1/32"]}}
                """));
    assertThat(advertisement("{}").names(pool)).isTrue();
    assertThat(advertisement("{\"ipAddressPools\": [\"public\"]}").names(pool)).isTrue();
    assertThat(advertisement("{\"ipAddressPools\": [\"other\"]}").names(pool)).isFalse();
    String labels = "{\"ipAddressPoolSelectors\": [{\"matchLabels\": {\"zone\": \"%s\"}}]}";
    assertThat(advertisement(labels.formatted("a")).names(pool)).isTrue();
    assertThat(advertisement(labels.formatted("b")).names(pool)).isFalse();
    assertThat(advertisement(labels.formatted("no such value")).names(pool))
        .as("a selector without sense selects nothing")
        .isFalse();
    assertThat(advertisement("{\"interfaces\": [\"eth0\"], \"nodeSelectors\": [{}]}").ofNodes())
        .containsExactly("nodeSelectors", "interfaces");
  }

  private static PoolAdvertisement advertisement(String spec) throws Exception {
    return PoolReading.advertisement(
        tree("{\"metadata\": {\"name\": \"l2\"}, \"spec\": " + spec + "}"));
  }

  @Test
  void no_JSON_at_all_makes_a_reading_fail() {
    long seed = 20_261_122;
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      var bytes = NODE.toCharArray();
      for (int flips = random.nextInt(6); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = "{}[]\":, 0x".charAt(random.nextInt(10));
      }
      String json = "{\"type\": \"MODIFIED\", \"object\": " + new String(bytes) + "}";
      for (Resource resource : Resource.values()) {
        assertThat(ApiJson.event(json, resource)).as("seed %d: %s", seed, json).isNotNull();
      }
    }
  }

  private static JsonNode tree(String json) throws Exception {
    return ApiJson.MAPPER.readTree(json);
  }
}
