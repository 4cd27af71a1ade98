package io.headgate.model;

/** The PROXY protocol header that a backend is sent before the client's first byte. */
public enum ProxyProtocol {
  OFF,
  V1,
  V2
}
