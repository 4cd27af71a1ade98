package io.headgate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections that do nothing: idle ones, and ones that have asked and do not read the answer. */
final class Crowd {
  private final List<SocketChannel> channels = new ArrayList<>();

  /** Returns how many there are. */
  String open(InetSocketAddress address, int connections) throws IOException {
    for (int i = 0; i < connections; i++) {
      channels.add(SocketChannel.open(address));
    }
    return Integer.toString(channels.size());
  }

  /** Returns how many have asked. */
  String stall() throws IOException {
    for (SocketChannel channel : channels) {
      channel.write(StandardCharsets.US_ASCII.encode(Webserver.request(Webserver.LARGE)));
    }
    return Integer.toString(channels.size());
  }

  /** Returns how many were closed. */
  String close() throws IOException {
    int closed = channels.size();
    for (SocketChannel channel : channels) {
      channel.close();
    }
    channels.clear();
    return Integer.toString(closed);
  }
}
