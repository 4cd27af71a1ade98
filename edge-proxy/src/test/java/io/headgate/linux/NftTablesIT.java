package io.headgate.linux;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Command;
import io.headgate.testing.Namespaces;
import io.headgate.testing.Needs;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(120)
class NftTablesIT {
  private final Namespaces namespaces = Namespaces.open();
  private final Namespaces.Host host = namespaces.add();
  private final NftTables tables;

  NftTablesIT() {
    Needs.programs("nft", "sh");
    tables = host.call(() -> NftTables.open(1)).orElseThrow();
  }

  @AfterEach
  void close() {
    tables.close();
    namespaces.close();
  }

  private String listed() {
    return Command.run("ip", "netns", "exec", host.name(), "nft", "list", "tables");
  }

  @Test
  void a_table_is_there_when_the_order_is_done_and_goes_with_the_child() {
    assertThat(
            tables
                .order("add table ip one { flags owner; }; add table ip6 two { flags owner; }")
                .join())
        .isEmpty();
    assertThat(listed()).contains("table ip one", "table ip6 two");
    tables.close();
    eventually(() -> assertThat(listed()).isEmpty());
    eventually(() -> assertThat(tables.problem()).contains("nft has ended"));
    assertThat(tables.order("add table ip one").join()).contains("nft has ended");
  }

  @Test
  void an_order_that_is_refused_says_why_and_leaves_nothing_and_the_next_is_carried_out() {
    assertThat(
            tables
                .order("add table ip one { flags owner; }; add rule ip one missing drop")
                .join()
                .orElseThrow())
        .startsWith("nft: Error: ");
    assertThat(listed()).isEmpty();
    assertThat(tables.order("add table ip one { flags owner; }").join()).isEmpty();
    assertThat(listed()).contains("table ip one");
  }

  @Test
  void an_order_about_a_thousand_addresses_is_one_line() {
    String addresses =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "2001:db8::ffff:ffff:ffff:%x".formatted(i))
            .collect(Collectors.joining(", "));
    assertThat(
            tables
                .order(
                    "add table ip6 one { flags owner; chain two { ip6 daddr { %s } drop; }; }"
                        .formatted(addresses))
                .join())
        .isEmpty();
    assertThat(
            Command.run("ip", "netns", "exec", host.name(), "nft", "list", "table", "ip6", "one"))
        .contains("2001:db8::ffff:ffff:ffff:3e7");
  }
}
