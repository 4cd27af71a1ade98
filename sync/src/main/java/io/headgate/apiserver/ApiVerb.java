package io.headgate.apiserver;

import java.util.Locale;

/** What a request asks for, in the words of Kubernetes RBAC. */
public enum ApiVerb {
  GET,
  LIST,
  WATCH,
  CREATE,
  UPDATE,
  PATCH;

  /** As a Role writes it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
