package io.headgate.addressing;

import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.EdgePort;
import io.headgate.model.IpFamily;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceRequest;
import io.headgate.model.ServiceRequest.FamilyPolicy;
import io.headgate.model.ServiceRequest.Given;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A Service that a test edits as a user would. */
final class TestService {
  final ServiceKey key;
  final Map<String, String> annotations = new HashMap<>();
  final Map<String, String> labels = new HashMap<>();
  final List<Port> ports = new ArrayList<>();
  final Map<Integer, Integer> edgeNumbers = new HashMap<>();
  String uid;
  Instant createdAt;
  String loadBalancerIp = "";
  List<IpFamily> families = List.of(IpFamily.IPV4);
  FamilyPolicy policy = FamilyPolicy.SINGLE_STACK;
  List<Given> given = List.of();
  boolean local;
  Map<String, String> selector = Map.of();

  TestService(String name, int age) {
    key = new ServiceKey("web", name);
    uid = "uid-" + name;
    createdAt = Instant.EPOCH.plusSeconds(age);
    tcp(80, 443);
  }

  TestService tcp(int... numbers) {
    ports.clear();
    for (int number : numbers) {
      ports.add(new Port("p" + number, "TCP", number, 30_000));
    }
    return this;
  }

  TestService udp(int number) {
    ports.clear();
    ports.add(new Port("u" + number, "UDP", number, 30_000));
    return this;
  }

  TestService with(String annotation, String value) {
    annotations.put(annotation, value);
    return this;
  }

  TestService without(String annotation) {
    annotations.remove(annotation);
    return this;
  }

  /** {@code externalTrafficPolicy: Local} over these pods. */
  TestService local(String app) {
    local = true;
    selector = Map.of("app", app);
    return this;
  }

  TestService stack(FamilyPolicy familyPolicy, IpFamily... preferred) {
    policy = familyPolicy;
    families = List.of(preferred);
    return this;
  }

  TestService status(String... ips) {
    given = Stream.of(ips).map(ip -> new Given(ip, "", "Proxy")).toList();
    return this;
  }

  void status(List<InetAddress> addresses) {
    status(addresses.stream().map(Addresses::text).toArray(String[]::new));
  }

  /** Its port {@code number} is to be listened for at {@code edge}. */
  TestService at(int edge, int number) {
    edgeNumbers.put(number, edge);
    return this;
  }

  Claim claim() {
    List<EdgePort> wanted =
        ports.stream()
            .map(port -> new EdgePort(edgeNumbers.getOrDefault(port.port(), port.port()), port))
            .toList();
    return new Claim(service(), wanted);
  }

  ClusterService service() {
    return new ClusterService(
        key,
        uid,
        ClusterService.Type.LOAD_BALANCER,
        local,
        0,
        ports,
        new ServiceRequest(
            "headgate.io/edge",
            loadBalancerIp,
            List.of(),
            Duration.ZERO,
            List.of(),
            families,
            policy,
            annotations,
            labels,
            selector,
            createdAt,
            false,
            given,
            List.of(),
            0));
  }
}
