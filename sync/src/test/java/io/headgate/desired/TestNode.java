package io.headgate.desired;

import io.headgate.model.Addresses;
import io.headgate.model.ClusterNode;
import io.headgate.model.ClusterNode.Readiness;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A Node that a test can do things to. */
final class TestNode {
  final String name;
  final Map<String, String> labels = new HashMap<>();
  final Map<String, String> annotations = new HashMap<>();
  final List<InetAddress> internal = new ArrayList<>();
  final List<InetAddress> external = new ArrayList<>();
  final Set<String> taints = new HashSet<>();
  Readiness readiness = Readiness.READY;
  boolean cordoned;
  boolean networkUnavailable;
  boolean shuttingDown;
  boolean deleting;

  TestNode(String name, String internalAddress) {
    this.name = name;
    if (!internalAddress.isEmpty()) {
      internal.add(address(internalAddress));
    }
  }

  static InetAddress address(String text) {
    return Addresses.parse(text).orElseThrow();
  }

  ClusterNode build() {
    return new ClusterNode(
        name,
        "uid-" + name,
        labels,
        annotations,
        internal,
        external,
        taints,
        readiness,
        cordoned,
        networkUnavailable,
        shuttingDown,
        deleting);
  }
}
