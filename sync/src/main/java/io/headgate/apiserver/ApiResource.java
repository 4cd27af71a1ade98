package io.headgate.apiserver;

/** A kind of object that {@link ApiServer} keeps. */
public enum ApiResource {
  SERVICES("/api/v1", "services", "Service", true),
  NODES("/api/v1", "nodes", "Node", false),
  ENDPOINTSLICES("/apis/discovery.k8s.io/v1", "endpointslices", "EndpointSlice", true),
  EVENTS("/api/v1", "events", "Event", true),
  LEASES("/apis/coordination.k8s.io/v1", "leases", "Lease", true),
  NAMESPACES("/api/v1", "namespaces", "Namespace", false),
  IPADDRESSPOOLS("/apis/metallb.io/v1beta1", "ipaddresspools", "IPAddressPool", true),
  L2ADVERTISEMENTS("/apis/metallb.io/v1beta1", "l2advertisements", "L2Advertisement", true);

  private final String groupPath;
  private final String plural;
  private final String kind;
  private final boolean namespaced;

  ApiResource(String groupPath, String plural, String kind, boolean namespaced) {
    this.groupPath = groupPath;
    this.plural = plural;
    this.kind = kind;
    this.namespaced = namespaced;
  }

  /** {@code /api/v1} or {@code /apis/GROUP/VERSION}. */
  String groupPath() {
    return groupPath;
  }

  /** {@code v1} or {@code GROUP/VERSION}. */
  public String apiVersion() {
    return groupPath.substring(groupPath.indexOf('/', 1) + 1);
  }

  /** {@code GROUP}, empty for core/v1. */
  String group() {
    return groupPath.startsWith("/apis/") ? groupPath.split("/", -1)[2] : "";
  }

  /** Which part of an object a request to this subresource writes; only Services have any. */
  boolean has(String subresource) {
    return subresource.isEmpty() || (this == SERVICES && subresource.equals("status"));
  }

  /** Whether a CustomResourceDefinition makes it: without one the server does not know it. */
  boolean custom() {
    return this == IPADDRESSPOOLS || this == L2ADVERTISEMENTS;
  }

  /** {@code PLURAL} or {@code PLURAL.GROUP}, as a Status names the resource. */
  String qualified() {
    return group().isEmpty() ? plural : plural + "." + group();
  }

  /** As in the path. */
  public String plural() {
    return plural;
  }

  /** As in {@code kind}. */
  public String kind() {
    return kind;
  }

  boolean namespaced() {
    return namespaced;
  }
}
