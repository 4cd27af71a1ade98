package io.headgate.config;

import io.headgate.model.LabelSelector;
import io.headgate.model.Listener;
import io.headgate.model.PortReference;
import io.headgate.model.RoutePolicy;
import io.headgate.model.ServiceKey;
import java.net.InetSocketAddress;
import java.util.List;

/** One route of the file. */
public record RouteConfig(
    String name, List<Listener> listeners, Source source, RoutePolicy policy) {
  public RouteConfig {
    listeners = List.copyOf(listeners);
  }

  /** Where a route's backends come from. */
  public sealed interface Source {
    /** The NodePorts of a Service, kept in sync: {@code service = "namespace/name:port"}. */
    record Service(ServiceKey service, PortReference port) implements Source {
      @Override
      public String toString() {
        return "service " + service + ":" + port;
      }
    }

    /** {@code backends = ["10.1.0.11:30080"]}. */
    record Fixed(List<InetSocketAddress> backends) implements Source {
      public Fixed {
        backends = List.copyOf(backends);
      }

      @Override
      public String toString() {
        return backends.size() == 1 ? "1 fixed backend" : backends.size() + " fixed backends";
      }
    }

    /** Host-network pods on the nodes that a label selects. */
    record Nodes(LabelSelector selector, int port) implements Source {
      @Override
      public String toString() {
        return "port " + port + " of nodes with " + selector;
      }
    }
  }
}
