package io.headgate.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Command;
import io.headgate.testing.Namespaces;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class LocalRoutesIT {
  private final Namespaces namespaces = Namespaces.open();
  private final Namespaces.Host host = namespaces.add();
  private final LocalRoutes routes = host.call(() -> LocalRoutes.open().orElseThrow());

  @AfterEach
  void close() {
    routes.close();
    namespaces.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"198.51.100.10", "2001:db8:51::10"})
  void a_host_receives_what_is_for_an_address_that_it_does_not_have(String text) {
    var address = InetAddress.ofLiteral(text);
    assertThat(routes.put(address).orElseThrow()).isEqualTo(Change.MADE);
    assertThat(shown(text)).startsWith("local " + text).contains("dev lo").contains("proto 112");
    assertThat(routes.list().orElseThrow()).containsExactly(address);
    assertThat(routes.put(address).orElseThrow()).isEqualTo(Change.NONE);

    assertThat(routes.remove(address).orElseThrow()).isEqualTo(Change.MADE);
    assertThat(shown(text)).isEmpty();
    assertThat(routes.list().orElseThrow()).isEmpty();
    assertThat(routes.remove(address).orElseThrow()).isEqualTo(Change.NONE);
  }

  /** The kernel has a route of its own to every address of an interface. */
  @ParameterizedTest
  @ValueSource(strings = {"198.51.100.10", "2001:db8:51::10"})
  void it_neither_goes_with_the_address_nor_takes_its_route_away(String text) {
    var address = InetAddress.ofLiteral(text);
    ipAddress("add", text);
    assertThat(routes.list().orElseThrow()).as("the kernel's are not ours").isEmpty();
    assertThat(routes.put(address).orElseThrow()).isEqualTo(Change.MADE);
    ipAddress("del", text);
    assertThat(shown(text)).contains("proto 112").doesNotContain("proto kernel");

    ipAddress("add", text);
    assertThat(routes.remove(address).orElseThrow()).isEqualTo(Change.MADE);
    assertThat(shown(text)).contains("proto kernel").doesNotContain("proto 112");
  }

  @Test
  void without_the_privilege_it_says_which_one_it_needs() {
    var address = InetAddress.ofLiteral("198.51.100.10");
    Attempt<Change> refused =
        Within.noPrivileges(() -> {
          try (LocalRoutes without = LocalRoutes.open().orElseThrow()) {
            return without.put(address);
          }
        });
    assertThat(refused)
        .isInstanceOfSatisfying(
            Attempt.Refused.class, it -> assertThat(it.why()).contains("CAP_NET_ADMIN"));
  }

  private void ipAddress(String verb, String address) {
    Command.run("ip", "-n", host.name(), "address", verb, address, "dev", "lo");
  }

  private String shown(String address) {
    String family = address.contains(":") ? "-6" : "-4";
    return Command.run("ip", family, "-n", host.name(), "route", "show", "table", "local", address);
  }
}
