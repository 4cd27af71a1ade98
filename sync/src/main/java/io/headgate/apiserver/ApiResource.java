package io.headgate.apiserver;

import java.util.Locale;

/** A kind of object that {@link ApiServer} keeps. */
public enum ApiResource {
  SERVICES("/api/v1", "Service", true),
  NODES("/api/v1", "Node", false),
  ENDPOINTSLICES("/apis/discovery.k8s.io/v1", "EndpointSlice", true),
  EVENTS("/api/v1", "Event", true),
  LEASES("/apis/coordination.k8s.io/v1", "Lease", true),
  NAMESPACES("/api/v1", "Namespace", false),
  IPADDRESSPOOLS("/apis/metallb.io/v1beta1", "IPAddressPool", true),
  L2ADVERTISEMENTS("/apis/metallb.io/v1beta1", "L2Advertisement", true);

  private final String groupPath;
  private final String kind;
  private final boolean namespaced;

  ApiResource(String groupPath, String kind, boolean namespaced) {
    this.groupPath = groupPath;
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
    return group().isEmpty() ? plural() : plural() + "." + group();
  }

  /** As in the path. */
  public String plural() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As in {@code kind}. */
  public String kind() {
    return kind;
  }

  boolean namespaced() {
    return namespaced;
  }
}
