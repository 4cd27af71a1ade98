package io.headgate.relay;

/** The contract, held by the channel relay on io_uring. */
final class ChannelRelayIoUringTest extends RelayContract {
  ChannelRelayIoUringTest() {
    super(RelayKind.CHANNEL_IO_URING);
  }
}
