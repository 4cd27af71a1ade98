package io.headgate.relay;

/** The contract, held by the channel relay on epoll. */
final class ChannelRelayEpollTest extends RelayContract {
  ChannelRelayEpollTest() {
    super(RelayKind.CHANNEL_EPOLL);
  }
}
