package io.headgate.model;

/** The name of a Service: {@code namespace/name}. In the order of namespaces, then of names. */
public record ServiceKey(String namespace, String name) implements Comparable<ServiceKey> {
  @Override
  public int compareTo(ServiceKey other) {
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace == 0 ? name.compareTo(other.name) : byNamespace;
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
