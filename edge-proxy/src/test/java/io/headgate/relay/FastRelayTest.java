package io.headgate.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The contract, held by the fast relay as it is by default. */
final class FastRelayTest extends RelayContract {
  FastRelayTest() {
    super(RelayKind.FAST);
  }

  /**
   * So many, because the kernel makes the connection before the relay looks at it, and in between a
   * backend that is quick has said its last word.
   */
  @Test
  void the_last_words_of_a_backend_that_resets_arrive_however_quick_it_was() throws Exception {
    Listening backend = rig().listening();
    var address = rig().serve(Policy.PLAIN, Rig.up(backend.address()));
    Thread quick =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              for (int i = 0; i < 500; i++) {
                Peer accepted = backend.accept();
                accepted.send("bye");
                accepted.reset();
              }
            });
    int heard = 0;
    for (int i = 0; i < 500; i++) {
      try (Peer client = Peer.connect(address)) {
        if (!client.stillborn()) { // which happens to a direct connection as well
          heard++;
          assertThat(client.readToEnd())
              .as("connection %d", i)
              .isEqualTo(Saw.of(Bytes.of("bye"), Saw.Ending.RST));
        }
      }
    }
    assertThat(heard).isPositive();
    quick.join();
  }
}
