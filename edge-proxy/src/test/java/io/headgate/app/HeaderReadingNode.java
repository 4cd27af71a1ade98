package io.headgate.app;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A NodePort behind which an ingress controller expects a PROXY header of version 2 (PROXY
 * protocol, section 2.2) on every connection: it answers with the client's IPv4 address.
 */
final class HeaderReadingNode implements AutoCloseable {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final int ON_BEHALF = 0x21;
  private static final int LOCAL = 0x20;

  private final ServerSocket server = new ServerSocket();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger own = new AtomicInteger();
  private final AtomicInteger broken = new AtomicInteger();

  HeaderReadingNode(String address) throws IOException {
    server.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0), 1024);
    threads.execute(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Connections of the edge's own, such as probes, that said so. */
  int own() {
    return own.get();
  }

  /** Connections without a header: what an ingress controller logs as "broken header". */
  int broken() {
    return broken.get();
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        threads.execute(() -> answer(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      socket.setSoTimeout(10_000);
      var in = new DataInputStream(socket.getInputStream());
      byte[] signature = new byte[12];
      in.readFully(signature);
      int command = in.readUnsignedByte();
      in.readUnsignedByte(); // the family: this test speaks IPv4
      byte[] rest = new byte[in.readUnsignedShort()];
      in.readFully(rest);
      boolean known = HexFormat.of().formatHex(signature).equals(SIGNATURE);
      if (!known || (command != ON_BEHALF && command != LOCAL)) {
        broken.incrementAndGet();
      } else if (command == LOCAL) {
        own.incrementAndGet();
      } else {
        byte[] client = {rest[0], rest[1], rest[2], rest[3]};
        String name = InetAddress.getByAddress(client).getHostAddress();
        socket
            .getOutputStream()
            .write(
                ("HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name)
                    .getBytes(StandardCharsets.US_ASCII));
        in.transferTo(OutputStream.nullOutputStream());
      }
    } catch (EOFException e) {
      broken.incrementAndGet();
    } catch (IOException e) {
      // The edge is gone.
    }
  }
}
