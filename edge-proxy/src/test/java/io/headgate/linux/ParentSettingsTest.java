package io.headgate.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ParentSettingsTest {
  @Test
  void what_was_before_is_read_from_the_alias_that_it_is_written_to() {
    var before = new ParentSettings(Map.of(Ipv4Setting.ARP_IGNORE, 0, Ipv4Setting.ARP_ANNOUNCE, 1));
    assertThat(before.alias()).isEqualTo("headgate arp_announce=1 arp_ignore=0");
    assertThat(ParentSettings.onAlias(link(before.alias()))).contains(before);
  }

  @Test
  void one_that_changed_nothing_is_marked_too() {
    assertThat(ParentSettings.NONE.alias()).isEqualTo("headgate");
    assertThat(ParentSettings.onAlias(link("headgate"))).contains(ParentSettings.NONE);
  }

  @Test
  void what_somebody_else_has_written_is_no_mark() {
    assertThat(ParentSettings.onAlias(link("headgates arp_ignore=0"))).isEmpty();
    assertThat(ParentSettings.onAlias(link(""))).isEmpty();
    assertThat(ParentSettings.onAlias(link("headgate arp_ignore=all arp_filter=")))
        .contains(ParentSettings.NONE);
  }

  private static NetworkLink link(String alias) {
    return new NetworkLink(
        9,
        "vrrp.51",
        Optional.of(MacAddress.ofVirtualRouter(false, 51)),
        false,
        false,
        false,
        false,
        OptionalInt.empty(),
        OptionalInt.of(2),
        1500,
        Optional.of("macvlan"),
        Optional.of(alias));
  }
}
