package io.headgate.apiserver;

/**
 * What a request asked for, in the words of Kubernetes RBAC.
 *
 * @param group empty for core/v1
 * @param subresource empty for the object itself
 * @param namespace empty for all of them, and for what has none
 * @param name empty where no single object is meant
 */
public record ApiCall(
    ApiVerb verb,
    String group,
    String resource,
    String subresource,
    String namespace,
    String name) {}
