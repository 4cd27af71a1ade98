package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.kubernetes.ApiClient.Answer;
import io.headgate.model.ClusterNode;
import io.headgate.model.Printable;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport.Remark;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** One write that is due. */
sealed interface Deed {
  /** What is written on, or of, for a line of a log. */
  String subject();

  /** The right that it needs, in the words of {@link Right}. */
  String right();

  /** Asks the server; blocks until it has answered. */
  Answer perform(ApiClient client, String edge, Instant now);

  /**
   * The status of a Service, and its annotations, which are taken with it (k8s: {@code
   * serviceStatusStrategy}).
   *
   * @param there what it bears so far
   */
  record SayStatus(ServiceKey service, String uid, Inscription wanted, Inscription there)
      implements Deed {
    /** Whether its addresses are written, and not only what is said of them. */
    boolean ofAddresses() {
      return !Ingress.same(there.ingress(), wanted.ingress(), false);
    }

    @Override
    public String subject() {
      return service.toString();
    }

    @Override
    public String right() {
      return "patch services/status in " + service.namespace();
    }

    @Override
    public Answer perform(ApiClient client, String edge, Instant now) {
      String path = Resource.SERVICES.path(service.namespace()) + "/" + service.name() + "/status";
      return client.mergeStrategically(path, Inscription.patch(uid, there, wanted, now));
    }
  }

  /**
   * A new Event.
   *
   * @param name of the Event, not used before
   */
  record PostEvent(ServiceKey service, String uid, String name, Remark remark, int count)
      implements Deed {
    @Override
    public String subject() {
      return service.toString();
    }

    @Override
    public String right() {
      return "create events in " + service.namespace();
    }

    @Override
    public Answer perform(ApiClient client, String edge, Instant now) {
      String time = seconds(now);
      ObjectNode event = ApiJson.MAPPER.createObjectNode();
      event.put("apiVersion", "v1").put("kind", "Event");
      event.putObject("metadata").put("name", name).put("namespace", service.namespace());
      event
          .putObject("involvedObject")
          .put("apiVersion", "v1")
          .put("kind", "Service")
          .put("namespace", service.namespace())
          .put("name", service.name())
          .put("uid", uid);
      event.putObject("source").put("component", "headgate").put("host", edge);
      event
          .put("reportingComponent", "headgate")
          .put("reportingInstance", edge)
          .put("type", type())
          .put("reason", remark.reason())
          .put("message", shortened(remark.message()))
          .put("firstTimestamp", time)
          .put("lastTimestamp", time)
          .put("count", count);
      return client.create(path(service), event);
    }

    private String type() {
      return switch (remark.level()) {
        case NORMAL -> "Normal";
        case WARNING -> "Warning";
      };
    }
  }

  /**
   * An Event has happened again.
   *
   * @param count how often in all
   */
  record CountEvent(ServiceKey service, String reason, String name, int count) implements Deed {
    @Override
    public String subject() {
      return service.toString();
    }

    @Override
    public String right() {
      return "patch events in " + service.namespace();
    }

    @Override
    public Answer perform(ApiClient client, String edge, Instant now) {
      ObjectNode patch = ApiJson.MAPPER.createObjectNode();
      patch.put("count", count).put("lastTimestamp", seconds(now));
      return client.patch(path(service) + "/" + name, patch);
    }
  }

  /**
   * The annotation {@code headgate.io/connections} of a Node.
   *
   * @param there what it is so far; empty for none, as {@code wanted}
   */
  record SayConnections(String node, String uid, String wanted, String there) implements Deed {
    @Override
    public String subject() {
      return "node " + node;
    }

    @Override
    public String right() {
      return "patch nodes";
    }

    @Override
    public Answer perform(ApiClient client, String edge, Instant now) {
      ObjectNode patch = ApiJson.MAPPER.createObjectNode();
      patch
          .putObject("metadata")
          .put("uid", uid) // one made anew by the same name is another
          .putObject("annotations")
          .put(ClusterNode.CONNECTIONS, wanted.isEmpty() ? null : wanted);
      return client.patch(Resource.NODES.path("") + "/" + node, patch);
    }
  }

  private static String path(ServiceKey service) {
    return "/api/v1/namespaces/" + service.namespace() + "/events";
  }

  /** What people are to read in the cluster: 1024 characters at most. */
  static String shortened(String message) {
    return Printable.shortened(message, 1023);
  }

  /** Time (meta/v1) has whole seconds. */
  static String seconds(Instant now) {
    return now.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
