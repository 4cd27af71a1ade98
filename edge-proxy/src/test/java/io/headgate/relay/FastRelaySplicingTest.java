package io.headgate.relay;

/** The contract, held by the fast relay with splice wherever there is a pipe. */
final class FastRelaySplicingTest extends RelayContract {
  FastRelaySplicingTest() {
    super(RelayKind.FAST_SPLICING);
  }
}
