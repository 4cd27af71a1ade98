package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class VethTest {
  @Test
  void only_namespaces_of_comparisons_that_are_gone_are_left_behind() {
    String list =
        """
        hgbench17-clients (id: 3)
        hgbench17-proxy
        hgbench42-backends
        hgbench17-something
        hg17-1
        other
        """;

    assertThat(Veth.leftBehind(list, pid -> pid == 42))
        .containsExactly("hgbench17-clients", "hgbench17-proxy");
  }

  @Test
  void a_command_becomes_one_in_its_party_s_namespace() {
    Veth veth = Veth.ofThisProcess();

    assertThat(veth.command(Party.PROXY, List.of("haproxy", "-db")))
        .containsExactly(
            "ip",
            "netns",
            "exec",
            "hgbench" + ProcessHandle.current().pid() + "-proxy",
            "haproxy",
            "-db");
  }

  @Test
  void no_address_is_given_out_twice() {
    Veth veth = Veth.ofThisProcess();

    assertThat(veth.proxyAddress()).isNotEqualTo(veth.proxyAddress());
    assertThat(veth.backendAddress(1)).isNotEqualTo(veth.backendAddress(2));
  }
}
