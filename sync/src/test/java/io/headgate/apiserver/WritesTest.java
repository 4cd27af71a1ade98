package io.headgate.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each answer here is what kube-apiserver 1.32 has given to the same request. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(30)
class WritesTest {
  private static final String WEB = "/api/v1/namespaces/shop/services/web";
  private static final String EVENTS = "/api/v1/namespaces/shop/events";
  private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/edge/leases";

  private final ApiServer server = new ApiServer();
  private final HttpClient client = HttpClient.newHttpClient();
  private ObjectNode web = Json.object();

  @BeforeEach
  void start() throws Exception {
    ObjectNode service = ApiObjects.service("shop", "web", new ApiObjects.Port("http", 80, 30080));
    service.withObject("/spec").put("type", "LoadBalancer");
    web = server.put(ApiResource.SERVICES, service);
    server.start(0);
  }

  @AfterEach
  void stop() {
    client.shutdownNow();
    server.close();
  }

  @Test
  void a_status_patch_writes_the_status_and_leaves_the_spec_alone() throws Exception {
    Reply reply =
        patch(
            WEB + "/status",
            """
            {"spec":{"type":"ClusterIP"},
             "status":{"loadBalancer":{"ingress":[{"ip":"203.0.113.10","ipMode":"Proxy",
               "ports":[{"port":80,"protocol":"TCP","error":"headgate.io/PortInUse"}]}]}}}\
            """);
    assertThat(reply.code()).isEqualTo(200);
    assertThat(reply.at("/spec/type")).isEqualTo("LoadBalancer");
    assertThat(reply.at("/status/loadBalancer/ingress/0/ipMode")).isEqualTo("Proxy");
    assertThat(reply.at("/status/loadBalancer/ingress/0/ports/0/error"))
        .isEqualTo("headgate.io/PortInUse");
    assertThat(server.objects(ApiResource.SERVICES).getFirst()).isEqualTo(reply.body());
  }

  @Test
  void a_patch_of_the_Service_itself_leaves_the_status_alone() throws Exception {
    Reply reply =
        patch(WEB, "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"203.0.113.99\"}]}}}");
    assertThat(reply.code()).isEqualTo(200);
    assertThat(reply.body().has("status")).isFalse();
  }

  @Test
  void an_address_without_ipMode_gets_VIP_and_an_old_server_drops_it() throws Exception {
    assertThat(give("{\"ip\":\"203.0.113.10\"}").at("/status/loadBalancer/ingress/0/ipMode"))
        .isEqualTo("VIP");
    server.faults().dropIpMode(true);
    Reply old = give("{\"ip\":\"203.0.113.10\",\"ipMode\":\"Proxy\"}");
    assertThat(old.code()).isEqualTo(200);
    assertThat(old.body().at("/status/loadBalancer/ingress/0").has("ipMode")).isFalse();
  }

  @Test
  void what_is_no_address_or_no_mode_is_422() throws Exception {
    assertThat(give("{\"ip\":\"203.0.113\"}").refusal()).startsWith("422 Invalid").contains("].ip");
    assertThat(give("{\"ip\":\"203.0.113.1\",\"ipMode\":\"Foo\"}").refusal()).contains("ipMode");
    assertThat(give("{\"hostname\":\"a.b\",\"ipMode\":\"Proxy\"}").refusal()).contains("ipMode");
    assertThat(give("{\"hostname\":\"1.2.3.4\"}").refusal()).contains("hostname");
    assertThat(give("{\"ip\":\"2001:db8::1\"}").code()).isEqualTo(200);
  }

  @Test
  void only_a_LoadBalancer_has_an_address() throws Exception {
    server.put(ApiResource.SERVICES, ApiObjects.service("shop", "np"));
    Reply reply =
        patch(
            "/api/v1/namespaces/shop/services/np/status",
            "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"203.0.113.1\"}]}}}");
    assertThat(reply.refusal()).startsWith("422").contains("may only be used when");
  }

  @Test
  void a_Service_that_is_no_LoadBalancer_any_more_loses_its_address() throws Exception {
    give("{\"ip\":\"203.0.113.10\"}");
    Reply reply = patch(WEB, "{\"spec\":{\"type\":\"ClusterIP\"}}");
    assertThat(reply.code()).isEqualTo(200);
    assertThat(reply.at("/spec/type")).isEqualTo("ClusterIP");
    assertThat(reply.body().at("/status/loadBalancer")).isEmpty();
  }

  @Test
  void a_patch_with_the_uid_of_another_is_422_even_if_it_changes_nothing() throws Exception {
    Reply reply = patch(WEB + "/status", "{\"metadata\":{\"uid\":\"another\"}}");
    assertThat(reply.refusal()).startsWith("422 Invalid").contains("field is immutable");
    String uid = web.at("/metadata/uid").asText();
    assertThat(patch(WEB + "/status", "{\"metadata\":{\"uid\":\"" + uid + "\"}}").code())
        .isEqualTo(200);
  }

  @Test
  void a_patch_of_an_older_version_is_409() throws Exception {
    String old = "{\"metadata\":{\"resourceVersion\":\"1\"},\"status\":{}}";
    assertThat(patch(WEB + "/status", old).refusal()).startsWith("409 Conflict");
  }

  @Test
  void a_patch_that_changes_nothing_keeps_the_version() throws Exception {
    String first = give("{\"ip\":\"203.0.113.10\"}").at("/metadata/resourceVersion");
    assertThat(give("{\"ip\":\"203.0.113.10\"}").at("/metadata/resourceVersion")).isEqualTo(first);
    assertThat(give("{\"ip\":\"203.0.113.11\"}").at("/metadata/resourceVersion"))
        .isNotEqualTo(first);
  }

  @Test
  void an_empty_list_takes_the_address_away() throws Exception {
    give("{\"ip\":\"203.0.113.10\"}");
    assertThat(give("").body().at("/status/loadBalancer").isEmpty()).isTrue();
  }

  @Test
  void a_strategic_merge_patch_adds_a_condition_and_keeps_those_of_others() throws Exception {
    conditions("A:1", "B:1", "C:1");
    assertThat(merge("B:2")).isEqualTo("A:1 B:2 C:1");
    assertThat(merge("D:1", "C:2")).as("new ones come first").isEqualTo("D:1 A:1 B:2 C:2");
    assertThat(merge("E:1", "-A")).isEqualTo("E:1 D:1 B:2 C:2");
    assertThat(merge("-A")).as("which is not there").isEqualTo("E:1 D:1 B:2 C:2");
    assertThat(merge("*", "Z:1")).isEqualTo("Z:1");
    assertThat(merge("-Z", "Z:2")).isEqualTo("Z:2");
  }

  @Test
  void a_strategic_merge_patch_replaces_addresses_and_takes_annotations() throws Exception {
    give("{\"ip\":\"203.0.113.10\"}");
    Reply reply =
        strategic(
            """
            {"metadata":{"annotations":{"headgate.io/allocated-from":"public"}},
             "spec":{"type":"ClusterIP"},
             "status":{"loadBalancer":{"ingress":[{"ip":"203.0.113.11","ipMode":"Proxy"}]}}}\
            """);
    assertThat(reply.body().at("/status/loadBalancer/ingress")).hasSize(1);
    assertThat(reply.at("/status/loadBalancer/ingress/0/ip")).isEqualTo("203.0.113.11");
    assertThat(reply.at("/metadata/annotations/headgate.io~1allocated-from")).isEqualTo("public");
    assertThat(reply.at("/spec/type")).isEqualTo("LoadBalancer");
    Reply without =
        strategic("{\"metadata\":{\"annotations\":{\"headgate.io/allocated-from\":null}}}");
    assertThat(
            without.body().at("/metadata/annotations/headgate.io~1allocated-from").isMissingNode())
        .isTrue();
  }

  @Test
  void a_condition_lacks_no_field_and_has_a_time_or_none() throws Exception {
    Reply reply = strategic("{\"status\":{\"conditions\":[{\"type\":\"A\",\"status\":\"True\"}]}}");
    assertThat(reply.body().at("/status/conditions/0").toString())
        .contains("\"reason\":\"\"", "\"message\":\"\"", "\"lastTransitionTime\":null");
    assertThat(
            strategic(
                    "{\"status\":{\"conditions\":[{\"type\":\"A\",\"lastTransitionTime\":\"x\"}]}}")
                .refusal())
        .startsWith("422 Invalid")
        .contains("parsing time");
    assertThat(strategic("{\"status\":{\"conditions\":[{\"status\":\"True\"}]}}").refusal())
        .startsWith("500")
        .contains("does not contain declared merge key: type");
  }

  @Test
  void a_Service_that_is_no_LoadBalancer_any_more_keeps_its_conditions() throws Exception {
    conditions("A:1");
    assertThat(patch(WEB, "{\"spec\":{\"type\":\"ClusterIP\"}}").at("/status/conditions/0/type"))
        .isEqualTo("A");
  }

  private void conditions(String... all) throws Exception {
    String list =
        Stream.of(all).map(WritesTest::condition).collect(Collectors.joining(",", "[", "]"));
    assertThat(patch(WEB + "/status", "{\"status\":{\"conditions\":" + list + "}}").code())
        .isEqualTo(200);
  }

  /** {@code TYPE:REASON} of each in order, after {@code -TYPE}, {@code *} or such were patched. */
  private String merge(String... elements) throws Exception {
    String list =
        Stream.of(elements).map(WritesTest::element).collect(Collectors.joining(",", "[", "]"));
    Reply reply = strategic("{\"status\":{\"conditions\":" + list + "}}");
    return reply
        .body()
        .at("/status/conditions")
        .valueStream()
        .map(one -> one.path("type").asText() + ":" + one.path("reason").asText())
        .collect(Collectors.joining(" "));
  }

  private static String element(String text) {
    if (text.equals("*")) {
      return "{\"$patch\":\"replace\"}";
    }
    return text.startsWith("-")
        ? "{\"$patch\":\"delete\",\"type\":\"%s\"}".formatted(text.substring(1))
        : condition(text);
  }

  private static String condition(String text) {
    String[] parts = text.split(":", -1);
    return "{\"type\":\"%s\",\"status\":\"True\",\"reason\":\"%s\",\"message\":\"\",\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}"
        .formatted(parts[0], parts[1]);
  }

  private Reply strategic(String body) throws Exception {
    return send("PATCH", WEB + "/status", "application/strategic-merge-patch+json", body);
  }

  @Test
  void what_is_not_there_or_not_JSON_or_no_merge_patch_is_refused() throws Exception {
    assertThat(patch(WEB + "x/status", "{}").refusal()).startsWith("404 NotFound");
    assertThat(patch(WEB + "/status", "{").refusal()).startsWith("400");
    assertThat(send("PATCH", WEB + "/status", "application/json", "{}").refusal())
        .startsWith("415");
    assertThat(send("DELETE", WEB, "application/json", "").refusal()).startsWith("405");
  }

  @Test
  void an_Event_is_made_once_and_counted_on() throws Exception {
    String event =
        "{\"metadata\":{\"name\":\"web.1\"},\"involvedObject\":{\"namespace\":\"shop\"},\"count\":1}";
    assertThat(post(EVENTS, event).code()).isEqualTo(201);
    assertThat(post(EVENTS, event).refusal()).startsWith("409 AlreadyExists");
    assertThat(post(EVENTS, event.replace("shop", "blog")).refusal())
        .startsWith("422")
        .contains("does not match event.namespace");
    assertThat(patch(EVENTS + "/web.1", "{\"count\":2}").at("/count")).isEqualTo("2");
    assertThat(patch(EVENTS + "/web.2", "{\"count\":2}").code()).isEqualTo(404);
  }

  @Test
  void a_Lease_is_updated_by_who_knows_its_version() throws Exception {
    Reply made = post(LEASES, lease("", "a"));
    assertThat(made.code()).isEqualTo(201);
    String version = made.at("/metadata/resourceVersion");
    assertThat(put(lease("", "b")).refusal()).startsWith("422").contains("must be specified");
    assertThat(put(lease(version, "b")).at("/spec/holderIdentity")).isEqualTo("b");
    assertThat(put(lease(version, "a")).refusal()).startsWith("409 Conflict");
  }

  @Test
  void the_times_of_a_Lease_have_six_digits() throws Exception {
    assertThat(post(LEASES, lease("", "a").replace(".000001Z", ".001Z")).refusal())
        .startsWith("400");
    assertThat(post(LEASES, lease("", "a").replace(":15", ":0")).refusal()).startsWith("422");
  }

  @Test
  void nothing_is_made_in_a_namespace_that_is_not_there() throws Exception {
    server.faults().missingNamespaces("edge");
    assertThat(post(LEASES, lease("", "a")).refusal())
        .startsWith("404")
        .contains("namespaces \"edge\" not found");
  }

  private static String lease(String version, String holder) {
    return """
    {"metadata":{"name":"l","namespace":"edge","resourceVersion":"%s"},
     "spec":{"holderIdentity":"%s","leaseDurationSeconds":15,
             "renewTime":"2026-11-22T21:00:05.000001Z"}}\
    """
        .formatted(version, holder);
  }

  private Reply give(String ingress) throws Exception {
    return patch(
        WEB + "/status", "{\"status\":{\"loadBalancer\":{\"ingress\":[" + ingress + "]}}}");
  }

  private Reply put(String lease) throws Exception {
    return send("PUT", LEASES + "/l", "application/json", lease);
  }

  private Reply post(String path, String body) throws Exception {
    return send("POST", path, "application/json", body);
  }

  private Reply patch(String path, String body) throws Exception {
    return send("PATCH", path, "application/merge-patch+json", body);
  }

  private Reply send(String method, String path, String type, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", type)
            .method(method, BodyPublishers.ofString(body))
            .build();
    var response = client.send(request, BodyHandlers.ofString());
    return new Reply(response.statusCode(), Json.MAPPER.readTree(response.body()));
  }

  private record Reply(int code, JsonNode body) {
    String at(String pointer) {
      return body.at(pointer).asText();
    }

    String refusal() {
      return code + " " + at("/reason") + " " + at("/message");
    }
  }
}
