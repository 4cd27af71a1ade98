package io.headgate.relay;

/** The contract, held by the fast relay without splice. */
final class FastRelayCopyingTest extends RelayContract {
  FastRelayCopyingTest() {
    super(RelayKind.FAST_COPYING);
  }
}
