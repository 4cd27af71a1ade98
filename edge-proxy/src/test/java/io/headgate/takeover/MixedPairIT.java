package io.headgate.takeover;

import io.headgate.testing.AddressOwner;
import io.headgate.testing.Lan;
import io.headgate.testing.Needs;
import io.headgate.testing.VirtualRouter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Headgate beside a keepalived as Debian 12 has it, with its defaults: while one moves over. */
@DisplayNameGeneration(ReplaceUnderscores.class)
final class MixedPairIT {
  private final Pair pair = new Pair();

  /** What the two have in common. */
  enum Kind {
    VERSION_3,
    VERSION_2,
    IPV6,
    BOTH_FAMILIES,
    VERSION_3_UNICAST,
    VERSION_2_UNICAST,
    IPV6_UNICAST;

    VirtualRouter router(int priority, Lan.Host peer) {
      VirtualRouter router = VirtualRouter.of(priority);
      return switch (this) {
        case VERSION_3 -> router;
        case VERSION_2 -> router.inVersion2();
        case IPV6 -> router.ofIpv6();
        case BOTH_FAMILIES -> router.ofBothFamilies();
        case VERSION_3_UNICAST -> router.unicastTo(peer);
        case VERSION_2_UNICAST -> router.inVersion2().unicastTo(peer);
        case IPV6_UNICAST -> router.ofIpv6().unicastTo(peer);
      };
    }
  }

  @BeforeEach
  void need() {
    Needs.programs("keepalived");
  }

  @AfterEach
  void close() {
    pair.close();
  }

  @ParameterizedTest
  @EnumSource
  void headgate_is_the_owner_and_keepalived_its_backup(Kind kind) {
    AddressOwner owner = pair.edge(pair.first, kind.router(250, pair.second));
    AddressOwner backup = pair.keepalived(pair.second, kind.router(200, pair.first));
    pair.expectSucceededAndBack(owner, backup, kind.router(250, pair.second));
  }

  @ParameterizedTest
  @EnumSource
  void keepalived_is_the_owner_and_headgate_its_backup(Kind kind) {
    AddressOwner owner = pair.keepalived(pair.first, kind.router(250, pair.second));
    AddressOwner backup = pair.edge(pair.second, kind.router(200, pair.first));
    pair.expectSucceededAndBack(owner, backup, kind.router(250, pair.second));
  }
}
