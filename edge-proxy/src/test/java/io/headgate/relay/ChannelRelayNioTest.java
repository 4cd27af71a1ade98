package io.headgate.relay;

/** The contract, held by the channel relay on the JDK's selector. */
final class ChannelRelayNioTest extends RelayContract {
  ChannelRelayNioTest() {
    super(RelayKind.CHANNEL_NIO);
  }
}
