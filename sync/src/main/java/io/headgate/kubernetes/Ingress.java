package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import io.headgate.model.ServiceReport;
import io.headgate.model.ServiceReport.PortProblem;
import io.headgate.model.ServiceReport.StatusAddress;
import io.headgate.model.ServiceRequest.Given;
import io.headgate.model.ServiceRequest.GivenPort;
import java.util.List;

/**
 * {@code status.loadBalancer.ingress} of a Service: what it should say, whether it does, and how to
 * say it. Pure.
 */
final class Ingress {
  private static final String PROXY = "Proxy";

  private Ingress() {}

  /**
   * What the report wants it to say. Ports are listed where one of them is not served, and then all
   * of them (core/v1 LoadBalancerIngress: "every port should have an entry").
   */
  static List<Given> wanted(ServiceReport report, ClusterService service) {
    List<GivenPort> ports =
        report.portProblems().isEmpty()
            ? List.of()
            : service.ports().stream()
                .map(port ->
                    new GivenPort(port.protocol(), port.port(), error(report.portProblems(), port)))
                .toList();
    return switch (report.statusAddress()) {
      case StatusAddress.Ip _ ->
          report.addresses().stream()
              .map(address -> new Given(Addresses.text(address), "", PROXY, ports))
              .toList();
      case StatusAddress.Hostname(var name) ->
          report.addresses().isEmpty() ? List.of() : List.of(new Given("", name, "", ports));
      case StatusAddress.None _ -> service.request().given(); // let alone
    };
  }

  private static String error(List<PortProblem> problems, ClusterService.Port port) {
    return problems.stream()
        .filter(
            problem -> problem.port() == port.port() && problem.protocol().equals(port.protocol()))
        .map(PortProblem::error)
        .findFirst()
        .orElse("");
  }

  /**
   * Whether both mean the same; the order of addresses counts, their spelling does not.
   *
   * @param withoutIpMode the server drops ipMode, so that its absence means nothing
   */
  static boolean same(List<Given> there, List<Given> wanted, boolean withoutIpMode) {
    if (there.size() != wanted.size()) {
      return false;
    }
    for (int i = 0; i < there.size(); i++) {
      if (!same(there.get(i), wanted.get(i), withoutIpMode)) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(Given there, Given wanted, boolean withoutIpMode) {
    boolean mode =
        there.ipMode().equals(wanted.ipMode()) || (withoutIpMode && there.ipMode().isEmpty());
    return mode
        && there.hostname().equals(wanted.hostname())
        && there.ports().equals(wanted.ports())
        && (there.ip().equals(wanted.ip())
            || Addresses.parse(there.ip()).equals(Addresses.parse(wanted.ip())));
  }

  /** Whether the server has answered to {@code wanted} with all but the ipMode. */
  static boolean ipModeDropped(List<Given> answered, List<Given> wanted) {
    return !wanted.isEmpty() && same(answered, wanted, true) && !same(answered, wanted, false);
  }

  /** Into the status of a patch. */
  static void put(ObjectNode status, List<Given> wanted) {
    ArrayNode ingress = status.putObject("loadBalancer").putArray("ingress");
    for (Given given : wanted) {
      ObjectNode entry = ingress.addObject();
      if (given.hostname().isEmpty()) { // only an address may have an ipMode
        entry.put("ip", given.ip()).put("ipMode", given.ipMode());
      } else {
        entry.put("hostname", given.hostname());
      }
      if (!given.ports().isEmpty()) {
        ArrayNode ports = entry.putArray("ports");
        given.ports().forEach(port -> put(ports.addObject(), port));
      }
    }
  }

  private static void put(ObjectNode entry, GivenPort port) {
    entry.put("port", port.port()).put("protocol", port.protocol());
    if (!port.error().isEmpty()) {
      entry.put("error", port.error());
    }
  }
}
