package io.headgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.model.Addresses;
import io.headgate.relay.ClientHome;
import io.headgate.takeover.peer.Payload;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HomesMessageTest {
  private static final HomesMessage BOTH =
      new HomesMessage(
          "shop/wéb:http",
          List.of(
              home("203.0.113.7", "10.0.0.1:30080", 0),
              home("2001:db8::7", "[fd00::1]:65535", Integer.MAX_VALUE)));

  @Test
  void homes_of_both_families_come_back_as_they_were() {
    assertThat(HomesMessage.of(BOTH.payload())).contains(BOTH);
    HomesMessage none = new HomesMessage("web", List.of());
    assertThat(HomesMessage.of(none.payload())).contains(none);
  }

  @Test
  void bytes_that_end_too_early_are_none() {
    byte[] bytes = BOTH.payload().bytes();
    int nameEnds = 2 + "shop/web:http".length() + 1;
    for (int length = 0; length < bytes.length; length++) {
      boolean whole = length >= nameEnds && (length - nameEnds) % 38 == 0;
      assertThat(HomesMessage.of(new Payload(Arrays.copyOf(bytes, length))).isPresent())
          .as("%d bytes", length)
          .isEqualTo(whole);
    }
  }

  private static ClientHome home(String client, String backend, long agoMs) {
    return new ClientHome(
        Addresses.parse(client).orElseThrow(),
        Addresses.parseWithPort(backend).orElseThrow(),
        agoMs);
  }
}
