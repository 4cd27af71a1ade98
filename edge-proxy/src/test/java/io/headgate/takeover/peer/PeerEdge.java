package io.headgate.takeover.peer;

import io.headgate.model.Addresses;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** An edge that is a process of its own and has nothing but a peer link. */
final class PeerEdge {
  private PeerEdge() {}

  /** Key file, name, own port, port of the one peer; all on 127.0.0.1. Runs until it is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    PeerKey key =
        switch (PeerKey.read(Path.of(arguments[0]))) {
          case PeerKey.Reading.Usable(var usable) -> usable;
          case PeerKey.Reading.Unusable(var problem) -> throw new IllegalArgumentException(problem);
        };
    PeerLinkSettings settings =
        new PeerLinkSettings(
            Optional.of(loopback(arguments[2])),
            List.of(loopback(arguments[3])),
            key,
            arguments[1]);
    try (PeerLink link = new PeerLink(settings, new DeafEdge())) {
      link.start();
      new CountDownLatch(1).await();
    }
  }

  private static InetSocketAddress loopback(String port) {
    return new InetSocketAddress(
        Addresses.parse("127.0.0.1").orElseThrow(), Integer.parseInt(port));
  }
}
