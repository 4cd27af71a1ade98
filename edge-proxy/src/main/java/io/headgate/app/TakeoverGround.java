package io.headgate.app;

import io.headgate.config.TakeoverConfig;
import io.headgate.config.TakeoverConfig.PeerLinkConfig;
import io.headgate.config.VrrpGroupConfig;
import io.headgate.linux.Ipv4Setting;
import io.headgate.takeover.peer.PeerKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What takeover finds on this host, beside its interfaces.
 *
 * @param arpIgnore net.ipv4.conf.*.arp_ignore in effect, by the interface of a group; -1 where it
 *     is hidden from us
 * @param keyProblem what is wrong with the peer link's key file; empty where nothing is
 */
record TakeoverGround(
    Capabilities capabilities, Map<String, Integer> arpIgnore, Optional<String> keyProblem) {
  TakeoverGround {
    arpIgnore = Map.copyOf(arpIgnore);
  }

  static TakeoverGround here(TakeoverConfig takeover) {
    Map<String, Integer> arpIgnore = new HashMap<>();
    for (VrrpGroupConfig group : takeover.groups()) {
      arpIgnore.put(
          group.interfaceName(), // the kernel takes the greater one
          Math.max(
              Ipv4Setting.ARP_IGNORE.of(Ipv4Setting.ALL),
              Ipv4Setting.ARP_IGNORE.of(group.interfaceName())));
    }
    return new TakeoverGround(
        Capabilities.here(), arpIgnore, takeover.peerLink().flatMap(TakeoverGround::keyProblem));
  }

  private static Optional<String> keyProblem(PeerLinkConfig link) {
    return switch (PeerKey.read(link.keyFile())) {
      case PeerKey.Reading.Usable _ -> Optional.empty();
      case PeerKey.Reading.Unusable(String problem) -> Optional.of(problem);
    };
  }
}
