package io.headgate.relay;

import io.headgate.linux.DirectMemory;
import io.headgate.linux.StreamSockets;
import io.netty.channel.Channel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the kernel says of one TCP connection: getsockopt TCP_INFO, the offsets of struct tcp_info
 * in linux/tcp.h. Holds the last one read; owned by one event loop, which reuses it.
 */
final class TcpInfo {
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_INFO = 11;
  private static final int STATE_CLOSE = 7;
  private static final int STATE = 0;
  private static final int RETRANSMITS = 2;
  private static final int PROBES = 3;
  private static final int UNACKED = 24;
  private static final int NOTSENT_BYTES = 144;
  private static final int UNANSWERED_TO_BE_DEAD = 3;

  private static final int BYTES = 160;

  private final ByteBuffer info = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.nativeOrder());
  private final long address = DirectMemory.address(info);

  /** False where the socket is gone. */
  boolean read(StreamSockets sockets, int fd) {
    return sockets.tcpInfo(fd, address, BYTES);
  }

  /** False where the transport has no such thing, or the socket is closed. */
  boolean read(Channel channel) {
    if (!(channel instanceof UnixChannel unix) || !(unix.fd() instanceof Socket socket)) {
      return false;
    }
    if (!socket.isOpen()) {
      return false;
    }
    try {
      info.clear();
      socket.getRawOpt(IPPROTO_TCP, TCP_INFO, info);
      return true;
    } catch (IOException _) {
      return false; // gone meanwhile, which its own events tell
    }
  }

  /** It has ended: by a reset, a timeout, or because both sides have said that they are done. */
  boolean closed() {
    return info.get(STATE) == STATE_CLOSE;
  }

  /** Whether it has ended otherwise than by both sides' word. Takes the error from the socket. */
  static boolean failed(Channel channel) {
    try {
      return channel instanceof UnixChannel unix
          && unix.fd() instanceof Socket socket
          && socket.getSoError() != 0;
    } catch (IOException _) {
      return true;
    }
  }

  /** Nothing waits in the kernel to be sent. */
  boolean allSent() {
    return info.getInt(NOTSENT_BYTES) == 0;
  }

  /** Nothing that was sent waits for the peer's word that it has come. */
  boolean allAcknowledged() {
    return allSent() && info.getInt(UNACKED) == 0;
  }

  /**
   * The peer answers neither repeated segments nor probes of its closed window. A peer that is
   * merely slow does answer probes (RFC 9293 section 3.8.6.1), which TCP_USER_TIMEOUT would not
   * count in its favour.
   */
  boolean peerSilent() {
    return (info.get(RETRANSMITS) & 0xff) >= UNANSWERED_TO_BE_DEAD
        || (info.get(PROBES) & 0xff) >= UNANSWERED_TO_BE_DEAD;
  }
}
