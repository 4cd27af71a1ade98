package io.headgate.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.bench.AllocatedBytes;
import io.headgate.model.ProxyProtocol;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProxyHeaderAllocationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * In one test and in this order, because the compiler saves the copies of IPv4 addresses only as
   * long as it has not seen the other family.
   */
  @Test
  void a_version_2_header_allocates_nothing_but_the_copies_of_ipv6_addresses_that_the_jdk_makes() {
    long copies = 3 * 32; // InetAddress.getAddress(): 16 bytes with their array header

    assertThat(AllocatedBytes.perCall(version2("192.0.2.1")::header, PATIENCE)).isZero();
    assertThat(AllocatedBytes.perCall(version2("2001:db8::1")::header, copies, PATIENCE))
        .isLessThanOrEqualTo(copies);
  }

  private static ProxyHeaderBench version2(String client) {
    var bench = new ProxyHeaderBench();
    bench.version = ProxyProtocol.V2;
    bench.client = client;
    bench.resolve();
    return bench;
  }
}
