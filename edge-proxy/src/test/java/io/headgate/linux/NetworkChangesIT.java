package io.headgate.linux;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Command;
import io.headgate.testing.Namespaces;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class NetworkChangesIT {
  private final Namespaces namespaces = Namespaces.open();
  private final Namespaces.Host host = namespaces.add();
  private final NetworkChanges changes = NetworkChanges.open().orElseThrow();
  private final List<NetworkChange> seen = new ArrayList<>();

  @AfterEach
  void close() {
    changes.close();
    namespaces.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.100/32", "2001:db8::100/128"})
  void an_address_that_somebody_else_deletes_is_seen(String text) {
    var address = InetAddress.ofLiteral(text.substring(0, text.indexOf('/')));

    Command.run("ip", "address", "add", text, "dev", host.link());
    awaitReadable();
    eventually(() ->
        assertThat(seen())
            .anyMatch(change ->
                change instanceof NetworkChange.AddressAdded(var added)
                    && added.address().equals(address)));

    Command.run("ip", "address", "del", text, "dev", host.link());
    eventually(() ->
        assertThat(seen())
            .anyMatch(change ->
                change instanceof NetworkChange.AddressRemoved(var removed)
                    && removed.address().equals(address)));
  }

  @Test
  void a_cut_cable_and_a_deleted_link_are_seen() {
    host.linkDown();
    eventually(() ->
        assertThat(seen())
            .anyMatch(change ->
                change instanceof NetworkChange.LinkChanged(var link)
                    && link.name().equals(host.link())
                    && link.up()
                    && !link.carrier()));

    Command.run("ip", "link", "delete", host.link());
    eventually(() ->
        assertThat(seen())
            .anyMatch(change ->
                change instanceof NetworkChange.LinkRemoved(var link)
                    && link.name().equals(host.link())));
  }

  @Test
  void more_changes_than_the_kernel_keeps_are_told_as_such_and_then_it_goes_on() {
    var address = InetAddress.ofLiteral("192.0.2.100");
    try (var addresses = InterfaceAddresses.open().orElseThrow();
        var links = NetworkLinks.open().orElseThrow()) {
      int index = links.named(host.link()).orElseThrow().orElseThrow().index();
      for (int i = 0; i < 5_000; i++) {
        assertThat(addresses.put(index, address, 32, 100).optional()).isPresent();
      }
      assertThat(changes.take()).contains(new NetworkChange.LookAgain());

      assertThat(addresses.remove(index, address, 32).optional()).isPresent();
      assertThat(changes.take()).anyMatch(change -> change instanceof NetworkChange.AddressRemoved);
    }
  }

  private List<NetworkChange> seen() {
    seen.addAll(changes.take());
    return seen;
  }

  private void awaitReadable() {
    try (var wait = DescriptorWait.open(1).orElseThrow()) {
      wait.add(changes.descriptor());
      assertThat(wait.await(20_000_000_000L)).isTrue();
      assertThat(wait.ready(changes.descriptor())).isTrue();
    }
  }
}
