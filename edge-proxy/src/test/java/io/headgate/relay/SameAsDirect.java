package io.headgate.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.relay.Play.Outcome;

/** The measure of a relay: a connection through it is like one without it. */
interface SameAsDirect extends OnRig {
  byte[] NONE = {};
  byte[] HUNDRED = Bytes.random(1, 100);
  byte[] THOUSAND = Bytes.random(2, 1000);
  byte[] TWO_MIB = Bytes.random(3, 2 * Bytes.MIB);
  byte[] MUCH = Bytes.random(4, 64 * Bytes.MIB);

  /** Plays directly and through the relay, demands the same outcome and returns it. */
  default Outcome sameAsDirect(Play play) {
    Outcome direct = directly(play);
    assertThat(relayed(play)).as("through the relay").isEqualTo(direct);
    return direct;
  }

  default Outcome directly(Play play) {
    try (Listening backend = Listening.on("127.0.0.1")) {
      Peer client = Peer.connect(backend.address());
      return play.between(client, backend.accept());
    }
  }

  default Outcome relayed(Play play) {
    Listening backend = rig().listening();
    Peer client = rig().connect(rig().serve(Policy.PLAIN, Rig.up(backend.address())));
    Outcome outcome = play.between(client, rig().accept(backend));
    rig().expectActive(0);
    return outcome;
  }
}
