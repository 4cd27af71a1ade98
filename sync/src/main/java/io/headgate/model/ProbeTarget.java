package io.headgate.model;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * One thing to probe. Routes that ask the same question share the answer: equal targets are one
 * probe.
 *
 * @param path of an HTTP request, empty otherwise
 * @param proxyHeader what goes before anything else, so that a backend that expects the header does
 *     not log a broken one: v2 LOCAL, or {@code PROXY UNKNOWN} for v1
 * @param source the address of this host that it comes from, where the host has it; empty for the
 *     kernel's choice
 * @param interval between probes while nothing is wrong; the prober asks faster while it is
 */
public record ProbeTarget(
    InetSocketAddress address,
    Kind kind,
    String path,
    ProxyProtocol proxyHeader,
    Optional<InetAddress> source,
    Duration interval,
    Duration timeout) {
  /** What counts as a good answer. */
  public enum Kind {
    /** The connection is accepted. */
    TCP,
    /** Status 200 to 399. */
    HTTP,
    /** The same over TLS; the certificate is not verified, as by kubelet's probes. */
    HTTPS,
    /** A TLS handshake completes; the certificate is not verified. */
    TLS,
    /**
     * The backend reads {@code proxyHeader}, or none where that is off, and answers a HEAD behind
     * it by anything but "bad request". It is bad only where the backend answers the other way,
     * with a header instead of none or none instead of one; where it answers neither, nothing is
     * decided.
     */
    SPEAKS_PROXY_HTTP,
    /** The same by whether a TLS handshake completes. */
    SPEAKS_PROXY_TLS;

    /** It asks how the backend is to be spoken to, not whether it is well. */
    public boolean asksForProxy() {
      return this == SPEAKS_PROXY_HTTP || this == SPEAKS_PROXY_TLS;
    }
  }

  /** Where it goes and what it asks, for people. */
  public String describe() {
    String where =
        switch (kind) {
          case TCP -> "tcp " + Addresses.text(address);
          case TLS -> "tls " + Addresses.text(address);
          case HTTP -> "http://" + Addresses.text(address) + path;
          case HTTPS -> "https://" + Addresses.text(address) + path;
          case SPEAKS_PROXY_HTTP -> "proxy-protocol http://" + Addresses.text(address);
          case SPEAKS_PROXY_TLS -> "proxy-protocol tls " + Addresses.text(address);
        };
    return source.map(from -> where + " from " + Addresses.text(from)).orElse(where);
  }
}
