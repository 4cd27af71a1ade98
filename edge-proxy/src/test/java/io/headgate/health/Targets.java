package io.headgate.health;

import io.headgate.model.ProbeTarget;
import io.headgate.model.ProxyProtocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Probe targets for tests. */
final class Targets {
  private Targets() {}

  static ProbeTarget tcp(InetSocketAddress address, Duration interval, Duration timeout) {
    return new ProbeTarget(
        address, ProbeTarget.Kind.TCP, "", ProxyProtocol.OFF, Optional.empty(), interval, timeout);
  }

  static ProbeTarget http(InetSocketAddress address, Duration interval, Duration timeout) {
    return new ProbeTarget(
        address,
        ProbeTarget.Kind.HTTP,
        "/healthz",
        ProxyProtocol.OFF,
        Optional.empty(),
        interval,
        timeout);
  }

  static ProbeTarget withHeader(ProbeTarget target, ProxyProtocol header) {
    return new ProbeTarget(
        target.address(),
        target.kind(),
        target.path(),
        header,
        target.source(),
        target.interval(),
        target.timeout());
  }

  static ProbeTarget ofKind(ProbeTarget.Kind kind, ProbeTarget target) {
    return new ProbeTarget(
        target.address(),
        kind,
        target.path(),
        target.proxyHeader(),
        target.source(),
        target.interval(),
        target.timeout());
  }

  static ProbeTarget from(InetAddress source, ProbeTarget target) {
    return new ProbeTarget(
        target.address(),
        target.kind(),
        target.path(),
        target.proxyHeader(),
        Optional.of(source),
        target.interval(),
        target.timeout());
  }

  /** Targets that nobody connects to. */
  static Set<ProbeTarget> many(int count, Duration interval, Duration timeout) {
    return IntStream.range(0, count)
        .mapToObj(i -> tcp(new InetSocketAddress("192.0.2.1", 1 + i), interval, timeout))
        .collect(Collectors.toSet());
  }
}
