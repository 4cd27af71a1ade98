package io.headgate.app;

import io.headgate.config.TakeoverConfig;
import io.headgate.config.TakeoverConfig.PeerLinkConfig;
import io.headgate.config.VrrpGroupConfig;
import io.headgate.takeover.peer.PeerKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What takeover finds on this host, beside its interfaces.
 *
 * @param arpIgnore net.ipv4.conf.*.arp_ignore in effect, by the interface of a group
 * @param keyProblem what is wrong with the peer link's key file; empty where nothing is
 */
record TakeoverGround(
    Capabilities capabilities, Map<String, Integer> arpIgnore, Optional<String> keyProblem) {
  private static final Path IPV4 = Path.of("/proc/sys/net/ipv4/conf");

  TakeoverGround {
    arpIgnore = Map.copyOf(arpIgnore);
  }

  static TakeoverGround here(TakeoverConfig takeover) {
    Map<String, Integer> arpIgnore = new HashMap<>();
    for (VrrpGroupConfig group : takeover.groups()) {
      arpIgnore.put(
          group.interfaceName(), // the kernel takes the greater one
          Math.max(arpIgnore("all"), arpIgnore(group.interfaceName())));
    }
    return new TakeoverGround(
        Capabilities.here(), arpIgnore, takeover.peerLink().flatMap(TakeoverGround::keyProblem));
  }

  private static int arpIgnore(String name) {
    try {
      return Integer.parseInt(Files.readString(IPV4.resolve(name).resolve("arp_ignore")).strip());
    } catch (IOException | NumberFormatException _) {
      return 0; // as the kernel has it when nobody says anything
    }
  }

  private static Optional<String> keyProblem(PeerLinkConfig link) {
    return switch (PeerKey.read(link.keyFile())) {
      case PeerKey.Reading.Usable _ -> Optional.empty();
      case PeerKey.Reading.Unusable(String problem) -> Optional.of(problem);
    };
  }
}
