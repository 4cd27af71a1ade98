package io.headgate.kubernetes;

import io.headgate.model.AddressPool;
import io.headgate.model.ClusterEndpoint;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterService;
import io.headgate.model.PoolAdvertisement;
import io.headgate.model.ServiceKey;
import java.util.List;
import java.util.Map;

/** What we keep of one object of the API. */
sealed interface Item {
  record OfNode(ClusterNode node) implements Item {}

  record OfService(ClusterService service) implements Item {}

  /** The endpoints of one EndpointSlice, in its order. */
  record OfSlice(ServiceKey service, List<ClusterEndpoint> endpoints) implements Item {
    public OfSlice {
      endpoints = List.copyOf(endpoints);
    }
  }

  record OfNamespace(String name, Map<String, String> labels) implements Item {
    public OfNamespace {
      labels = Map.copyOf(labels);
    }
  }

  record OfPool(AddressPool pool) implements Item {}

  record OfAdvertisement(PoolAdvertisement advertisement) implements Item {}

  /** An object that no Service's traffic depends on, such as an EndpointSlice without a Service. */
  record Irrelevant() implements Item {}
}
