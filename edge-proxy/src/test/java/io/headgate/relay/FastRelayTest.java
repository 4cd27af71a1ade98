package io.headgate.relay;

/** The contract, held by the fast relay as it is by default. */
final class FastRelayTest extends RelayContract {
  FastRelayTest() {
    super(RelayKind.FAST);
  }
}
