package io.headgate.kubernetes;

/**
 * A right that an edge needs, in the words of RBAC.
 *
 * @param group empty for core/v1
 * @param subresource empty for the object itself
 * @param namespace empty for all of them, and for what has none
 * @param name empty where no single object is meant
 */
public record Right(
    String verb, String group, String resource, String subresource, String namespace, String name) {

  /** As in {@link WriterStatus#missingRights}: {@code patch services/status in shop}. */
  @Override
  public String toString() {
    return verb
        + " "
        + resource
        + (subresource.isEmpty() ? "" : "/" + subresource)
        + (name.isEmpty() ? "" : " " + name)
        + (namespace.isEmpty() ? "" : " in " + namespace);
  }

  /** The arguments of {@code kubectl auth can-i} that ask for it. */
  public String canI() {
    String qualified = group.isEmpty() ? resource : resource + "." + group;
    return verb
        + " "
        + qualified
        + (name.isEmpty() ? "" : "/" + name)
        + (subresource.isEmpty() ? "" : " --subresource=" + subresource)
        + (resource.equals("nodes") || resource.equals("namespaces")
            ? ""
            : namespace.isEmpty() ? " -A" : " -n " + namespace);
  }

  /** The rule of a Role that grants it. */
  public String rule() {
    return "{apiGroups: [\"%s\"], resources: [%s]%s, verbs: [%s]}"
        .formatted(
            group,
            subresource.isEmpty() ? resource : resource + "/" + subresource,
            name.isEmpty() ? "" : ", resourceNames: [" + name + "]",
            verb);
  }
}
