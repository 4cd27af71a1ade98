package io.headgate.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What an edge needs of MetalLB's IPAddressPool (metallb.io/v1beta1).
 *
 * @param namespace its own, not one that it serves
 * @param createdAt {@code metadata.creationTimestamp}; the epoch where there is none
 * @param labels by which an L2Advertisement may select it
 * @param spec the last one that made sense; {@link Spec#NONE} where none did
 * @param problem what makes no sense in the spec that is there now; empty where {@code spec} is
 *     that one
 */
public record AddressPool(
    String namespace,
    String name,
    String uid,
    Instant createdAt,
    Map<String, String> labels,
    Spec spec,
    String problem) {
  public AddressPool {
    labels = Map.copyOf(labels);
  }

  /**
   * {@code spec}.
   *
   * @param addresses may overlap, among themselves and with those of other pools
   * @param priority {@code serviceAllocation.priority}; 0 for none
   * @param namespaces {@code serviceAllocation.namespaces}
   * @param namespaceSelectors {@code serviceAllocation.namespaceSelectors}
   * @param serviceSelectors {@code serviceAllocation.serviceSelectors}
   */
  public record Spec(
      List<AddressRange> addresses,
      boolean autoAssign,
      boolean avoidBuggyIps,
      int priority,
      List<String> namespaces,
      List<LabelSelector> namespaceSelectors,
      List<LabelSelector> serviceSelectors) {
    /** Gives nothing. */
    public static final Spec NONE =
        new Spec(List.of(), false, false, 0, List.of(), List.of(), List.of());

    public Spec {
      addresses = List.copyOf(addresses);
      namespaces = List.copyOf(namespaces);
      namespaceSelectors = List.copyOf(namespaceSelectors);
      serviceSelectors = List.copyOf(serviceSelectors);
    }
  }

  /** This pool after it was {@code before}: a spec without sense changes nothing. */
  public AddressPool after(AddressPool before) {
    return problem.isEmpty() || !before.uid.equals(uid)
        ? this
        : new AddressPool(namespace, name, uid, createdAt, labels, before.spec, problem);
  }

  /** {@code namespace/name}. */
  public String key() {
    return namespace + "/" + name;
  }
}
