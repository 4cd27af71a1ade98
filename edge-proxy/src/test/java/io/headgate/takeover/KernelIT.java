package io.headgate.takeover;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.linux.Attempt;
import io.headgate.linux.Change;
import io.headgate.testing.Lan;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What is known of the host after something has changed. */
@DisplayNameGeneration(ReplaceUnderscores.class)
final class KernelIT {
  private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.100");
  private static final int ALIVE_SECONDS = 600;

  /** Otherwise it would look as if somebody had taken the address off again. */
  @Test
  void an_address_that_we_have_put_there_is_known_and_refreshing_it_is_no_news() throws Exception {
    try (Lan lan = Lan.open()) {
      Lan.Host host = lan.add("edge");
      CompletableFuture<Void> done = new CompletableFuture<>();
      Thread thread =
          host.thread(() -> {
            try {
              putAndRefresh();
              done.complete(null);
            } catch (Throwable failure) {
              done.completeExceptionally(failure);
            }
          });
      thread.start();
      done.get(60, TimeUnit.SECONDS);
    }
  }

  private static void putAndRefresh() {
    try (Kernel kernel = Kernel.open().orElseThrow()) {
      kernel.list();
      eventually(() -> assertThat(kernel.look()).as("the link has settled").isFalse());
      int index = kernel.network().link("eth0").orElseThrow().index();
      assertThat(put(kernel, index)).isInstanceOf(Attempt.Succeeded.class);
      assertThat(kernel.look()).isTrue();
      assertThat(kernel.network().has(index, ADDRESS)).isTrue();
      eventually(() -> {
        assertThat(put(kernel, index)).isInstanceOf(Attempt.Succeeded.class);
        assertThat(kernel.look()).isFalse();
      });
    }
  }

  private static Attempt<Change> put(Kernel kernel, int index) {
    return kernel.addresses().put(index, ADDRESS, 32, ALIVE_SECONDS);
  }
}
