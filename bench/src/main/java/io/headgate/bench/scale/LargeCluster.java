package io.headgate.bench.scale;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.apiserver.ApiObjects;
import io.headgate.apiserver.ApiObjects.Endpoint;
import io.headgate.apiserver.ApiObjects.Port;
import io.headgate.apiserver.ApiResource;
import io.headgate.apiserver.ApiServer;
import java.util.ArrayList;
import java.util.List;

/**
 * The objects of a large cluster and their changes. Every Service has two EndpointSlices with two
 * endpoints each; of ten Services one has {@code externalTrafficPolicy: Local}.
 */
final class LargeCluster {
  static final int SLICES_PER_SERVICE = 2;
  private static final int ENDPOINTS_PER_SLICE = 2;
  private static final int FIRST_NODE_PORT = 30_000;
  private static final String NAMESPACE = "team-";

  private final ApiServer api;
  private final int services;
  private final int nodes;

  LargeCluster(ApiServer api, int services, int nodes) {
    this.api = api;
    this.services = services;
    this.nodes = nodes;
  }

  void create() {
    for (int node = 0; node < nodes; node++) {
      api.put(ApiResource.NODES, node(node));
    }
    for (int service = 0; service < services; service++) {
      api.put(ApiResource.SERVICES, service(service, 80));
      for (int slice = 0; slice < SLICES_PER_SERVICE; slice++) {
        api.put(ApiResource.ENDPOINTSLICES, slice(service, slice, true));
      }
    }
  }

  /** A pod of the Service gets ready, or is not any more; under the Local policy a weight. */
  void endpoint(int service, boolean ready) {
    api.put(ApiResource.ENDPOINTSLICES, slice(service, 0, ready));
  }

  /** The autoscaler is about to delete the Node, or has thought better of it. */
  void leaving(int node, boolean leaves) {
    ObjectNode object = node(node);
    api.put(
        ApiResource.NODES,
        leaves ? ApiObjects.taint(object, "ToBeDeletedByClusterAutoscaler") : object);
  }

  void node(int node, boolean exists) {
    if (exists) {
      api.put(ApiResource.NODES, node(node));
    } else {
      api.delete(ApiResource.NODES, "", nodeName(node));
    }
  }

  /** The Service is asked for at another port. */
  void port(int service, int port) {
    api.put(ApiResource.SERVICES, service(service, port));
  }

  void service(int service, boolean exists) {
    if (exists) {
      api.put(ApiResource.SERVICES, service(service, 80));
    } else {
      api.delete(ApiResource.SERVICES, namespace(service), name(service));
    }
  }

  /** Of ten Services the last. */
  static boolean isLocal(int service) {
    return service % 10 == 9;
  }

  private ObjectNode node(int number) {
    return ApiObjects.node(
        nodeName(number),
        "127.%d.%d.%d".formatted(1 + number / 62_500, number / 250 % 250, 1 + number % 250));
  }

  private static String nodeName(int number) {
    return "node-%05d".formatted(number);
  }

  private static String namespace(int service) {
    return NAMESPACE + service % 100;
  }

  private static String name(int service) {
    return "service-%05d".formatted(service);
  }

  /**
   * NodePorts are not unique beyond the 2,768 of Kubernetes' range; nothing here connects to one.
   */
  private static ObjectNode service(int number, int port) {
    ObjectNode service =
        ApiObjects.service(
            namespace(number),
            name(number),
            new Port("http", port, FIRST_NODE_PORT + number % 30_000));
    if (isLocal(number)) {
      ApiObjects.local(service, FIRST_NODE_PORT + number % 30_000 + 1);
    } else {
      service.withObject("/spec").put("type", "LoadBalancer");
    }
    service.withObject("/spec").put("loadBalancerClass", "headgate.io/edge");
    service
        .withObject("/metadata")
        .put(
            "creationTimestamp",
            "2026-01-01T00:%02d:%02dZ".formatted(number / 60 % 60, number % 60));
    return service;
  }

  private ObjectNode slice(int service, int slice, boolean ready) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < ENDPOINTS_PER_SLICE; i++) {
      int number =
          service * SLICES_PER_SERVICE * ENDPOINTS_PER_SLICE + slice * ENDPOINTS_PER_SLICE + i;
      boolean isReady = ready || i > 0;
      endpoints.add(
          new Endpoint(
              "10.%d.%d.%d".formatted(number / 62_500, number / 250 % 250, 1 + number % 250),
              nodeName((int) (number * 2_654_435_761L % nodes)),
              isReady,
              isReady,
              false));
    }
    return ApiObjects.endpointSlice(
        namespace(service), name(service), Integer.toString(slice), List.of("http"), endpoints);
  }
}
