package io.headgate.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.headgate.admin.AdminUnavailableException.Cause;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The client side of the admin socket: one connection per request, on the thread that asks. Needs
 * nothing but the JDK and a JSON reader, so that a command starts quickly.
 */
public final class AdminClient {
  private final Path socket;
  private final Duration timeout;

  /**
   * @param timeout for one whole exchange
   */
  public AdminClient(Path socket, Duration timeout) {
    this.socket = socket;
    this.timeout = timeout;
  }

  /** {@code text} as one part of a path or the value of a parameter. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Asks for a path of docs/admin-api.md, with its query. */
  public Reply get(String path) throws AdminUnavailableException {
    return exchange("GET " + path, "");
  }

  /** Orders {@code drain}, {@code maint} or {@code ready}. */
  public Reply order(String target, String order) throws AdminUnavailableException {
    return exchange("POST /api/v1/orders", Json.write(Map.of("target", target, "order", order)));
  }

  /** Hands a group's addresses over, or those of all for an empty name; or takes that back. */
  public Reply failover(String group, boolean takeBack) throws AdminUnavailableException {
    return exchange(
        "POST /api/v1/failover", Json.write(Map.of("group", group, "takeBack", takeBack)));
  }

  /** Has the edge read its file again. */
  public Reply reload() throws AdminUnavailableException {
    return exchange("POST /api/v1/reload", "");
  }

  /**
   * What the edge said.
   *
   * @param status of HTTP
   * @param body JSON
   */
  public record Reply(int status, String body) {
    public boolean isFine() {
      return status == 200;
    }

    public <T> T as(Class<T> type) {
      try {
        return Json.read(body, type);
      } catch (JsonProcessingException foreign) {
        throw new IllegalStateException("not an answer of headgate: " + body, foreign);
      }
    }

    public <T> List<T> asList(Class<T> type) {
      try {
        return Json.readList(body, type);
      } catch (JsonProcessingException foreign) {
        throw new IllegalStateException("not an answer of headgate: " + body, foreign);
      }
    }

    /** The elements of an array as JSON, one line each. */
    public List<String> lines() {
      try {
        return Json.lines(body);
      } catch (JsonProcessingException foreign) {
        throw new IllegalStateException("not an answer of headgate: " + body, foreign);
      }
    }

    /** The edge's own words about what is wrong. */
    public String error() {
      try {
        JsonNode error = Json.tree(body).path("error");
        return error.isTextual() ? error.asText() : "HTTP " + status;
      } catch (JsonProcessingException _) {
        return "HTTP " + status;
      }
    }
  }

  private Reply exchange(String requestLine, String body) throws AdminUnavailableException {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "%s HTTP/1.1\r\nHost: headgate\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
            .formatted(requestLine, content.length);
    ByteBuffer request =
        ByteBuffer.allocate(head.length() + content.length)
            .put(head.getBytes(StandardCharsets.US_ASCII))
            .put(content)
            .flip();
    try (SocketChannel channel = connected()) {
      return reply(whole(channel, request));
    } catch (IOException broken) {
      throw new AdminUnavailableException(Cause.NO_ANSWER, socket, "" + broken.getMessage());
    }
  }

  private SocketChannel connected() throws AdminUnavailableException, IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException | IllegalArgumentException cause) {
      channel.close();
      throw new AdminUnavailableException(whyNot(cause), socket, "" + cause.getMessage());
    }
  }

  private Cause whyNot(Exception cause) {
    boolean absent = Files.notExists(socket, LinkOption.NOFOLLOW_LINKS);
    return switch (cause) {
      case ConnectException _ -> Cause.NO_DAEMON; // a file without a listener
      case SocketException refused when !absent && denied(refused) -> Cause.NOT_ALLOWED;
      case SocketException full when !absent && ("" + full.getMessage()).contains("temporarily") ->
          Cause.NO_ANSWER;
      default -> Cause.NO_DAEMON;
    };
  }

  /** The JDK has no type for EACCES of connect(2). */
  private static boolean denied(SocketException cause) {
    return ("" + cause.getMessage()).contains("Permission denied");
  }

  /** Sends the request and reads to the end of the stream, which the edge closes after it. */
  private byte[] whole(SocketChannel channel, ByteBuffer request) throws IOException {
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
    try (Selector selector = Selector.open()) {
      SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
      while (true) {
        long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0 || selector.select(leftMs) == 0) {
          throw new IOException("not within %d s".formatted(timeout.toSeconds()));
        }
        selector.selectedKeys().clear();
        if (request.hasRemaining()) {
          channel.write(request);
        } else if (channel.read(chunk.clear()) < 0) {
          return answer.toByteArray();
        } else {
          answer.write(chunk.array(), 0, chunk.position());
        }
        if (!request.hasRemaining()) {
          key.interestOps(SelectionKey.OP_READ);
        }
      }
    }
  }

  /** The server always gives a Content-Length; a shorter body was cut off. */
  private static Reply reply(byte[] answer) throws IOException {
    String text = new String(answer, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    String[] head = end < 0 ? new String[0] : text.substring(0, end).split("\r\n", -1);
    if (head.length == 0 || !head[0].matches("HTTP/1\\.[01] \\d{3}.*")) {
      throw new IOException("what listens there does not speak HTTP, or broke off");
    }
    int bodyAt = end + 4;
    for (String line : head) {
      if (line.regionMatches(true, 0, "content-length:", 0, 15)
          && Long.parseLong(line.substring(15).strip()) != answer.length - bodyAt) {
        throw new IOException("the answer broke off");
      }
    }
    return new Reply(
        Integer.parseInt(head[0].substring(9, 12)),
        new String(answer, bodyAt, answer.length - bodyAt, StandardCharsets.UTF_8));
  }
}
