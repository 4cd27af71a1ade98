package io.headgate.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** HTTP by hand: sends exactly the bytes that a test gives, and reads to the end of the stream. */
record Wire(int status, Map<String, String> headers, String body) {

  static Wire get(SocketAddress door, String path) throws IOException {
    return exchange(door, request("GET", path, hostOf(door), ""));
  }

  static Wire post(SocketAddress door, String path, String body) throws IOException {
    return exchange(door, request("POST", path, hostOf(door), body));
  }

  static String request(String method, String path, String host, String body) {
    return "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(method, path, host, body.getBytes(StandardCharsets.UTF_8).length, body);
  }

  static String hostOf(SocketAddress door) {
    return door instanceof InetSocketAddress tcp ? "127.0.0.1:" + tcp.getPort() : "headgate";
  }

  static Wire exchange(SocketAddress door, String request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(door)) {
      send(channel, request);
      return parse(rest(channel));
    }
  }

  static void send(SocketChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** All that comes until the other side closes, by reset too. */
  static String rest(SocketChannel channel) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
    try {
      while (channel.read(chunk.clear()) >= 0) {
        all.write(chunk.array(), 0, chunk.position());
      }
    } catch (IOException _) {
      return all.toString(StandardCharsets.UTF_8);
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  static Wire parse(String answer) {
    int end = answer.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new IllegalStateException("no HTTP answer: '" + answer + "'");
    }
    String[] lines = answer.substring(0, end).split("\r\n", -1);
    Map<String, String> headers =
        Arrays.stream(lines)
            .skip(1)
            .map(line -> line.split(": ", 2))
            .collect(Collectors.toMap(pair -> pair[0].toLowerCase(Locale.ROOT), pair -> pair[1]));
    return new Wire(
        Integer.parseInt(lines[0].substring(9, 12)), headers, answer.substring(end + 4));
  }
}
