package io.headgate.apiserver;

/** What a request asks for, in the words of Kubernetes RBAC. */
public enum ApiVerb {
  GET,
  LIST,
  WATCH
}
