package io.headgate.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.headgate.relay.Saw.Ending;
import io.headgate.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.time.Duration;

/**
 * One end of a TCP connection, driven by blocking calls, that tells a FIN from an RST and can send
 * either. One thread may send while another reads.
 *
 * <p>Linux reports a reset once, to whichever call comes first; later reads return an ordinary end.
 * So a failed send is remembered, and the reader of a stream that has ended asks for it.
 */
final class Peer implements AutoCloseable {
  private static final int CHUNK_BYTES = 65_536;

  private final Socket socket;
  // Owned by the thread that reads.
  private final MessageDigest digest = Saw.digest();
  private long bytes;

  private volatile boolean reset;
  private boolean stillborn;

  Peer(Socket socket) {
    this.socket = socket;
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) Eventually.DEADLINE.toMillis());
    } catch (SocketException e) {
      reset = true; // reset before we came to look at it
    }
  }

  static Peer connect(InetSocketAddress to) {
    return connect(new InetSocketAddress(0), to);
  }

  /** A connection that was reset before this call returned is a peer that has seen the reset. */
  static Peer connect(InetSocketAddress from, InetSocketAddress to) {
    Socket socket = socket();
    try {
      if (!from.getAddress().isAnyLocalAddress()) {
        socket.bind(from);
      }
      socket.connect(to, (int) Eventually.DEADLINE.toMillis());
    } catch (IOException e) {
      if (!isReset(e)) {
        throw new UncheckedIOException("connect " + from + " to " + to, e);
      }
      var peer = new Peer(socket);
      peer.reset = true;
      peer.stillborn = true;
      return peer;
    }
    return new Peer(socket);
  }

  /** A channel's socket: closing it is close(2), while a plain socket sends FIN before. */
  private static Socket socket() {
    try {
      return SocketChannel.open().socket();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reset before its connect was looked at, with whatever had come. */
  boolean stillborn() {
    return stillborn;
  }

  InetSocketAddress local() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  InetSocketAddress remote() {
    return (InetSocketAddress) socket.getRemoteSocketAddress();
  }

  /** Reads urgent bytes where they stand in the stream, instead of dropping them. */
  Peer withUrgentInline() {
    try {
      socket.setOOBInline(true);
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Waits for so long where something is to come. */
  Peer withPatience(Duration patience) {
    try {
      socket.setSoTimeout((int) patience.toMillis());
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Sends all of it; a reset fails the test. */
  void send(byte[] all) {
    if (!offer(all)) {
      throw new AssertionError("reset while sending");
    }
  }

  void send(String text) {
    send(Bytes.of(text));
  }

  /** Sends all of it, or returns false when the other side has reset. */
  boolean offer(byte[] all) {
    try {
      socket.getOutputStream().write(all);
      return true;
    } catch (IOException e) {
      if (!isReset(e)) {
        throw new UncheckedIOException(e);
      }
      reset = true;
      return false;
    }
  }

  /** Sends until the other side resets; returns false where so many bytes went without one. */
  boolean sendUntilReset(long atMostBytes) {
    for (long sent = 0; sent < atMostBytes; sent += CHUNK_BYTES) {
      if (!offer(new byte[CHUNK_BYTES])) {
        return true;
      }
    }
    return false;
  }

  void sendUrgent(int oneByte) {
    try {
      socket.sendUrgentData(oneByte);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends FIN; what the other side sends can still be read. */
  void halfClose() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      if (!isReset(e) && !String.valueOf(e.getMessage()).contains("not connected")) {
        throw new UncheckedIOException(e);
      }
      reset = true;
    }
  }

  /** Sends RST, and forgets what was not sent yet. */
  void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many bytes have arrived that nobody has read. */
  int unread() {
    try {
      return socket.getInputStream().available();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Exactly so many bytes; an end before that fails the test. */
  byte[] read(int count) {
    byte[] all = new byte[count];
    int have = 0;
    while (have < count) {
      int got = readInto(all, have, count - have);
      if (got < 0) {
        throw new AssertionError(
            "ended with " + saw(ending()) + " in " + count + " expected bytes");
      }
      have += got;
    }
    return all;
  }

  String readText(int count) {
    return new String(read(count), ISO_8859_1);
  }

  /** Up to and with {@code \n}. */
  String readLine() {
    var line = new ByteArrayOutputStream();
    byte[] one;
    do {
      one = read(1);
      line.writeBytes(one);
    } while (one[0] != '\n');
    return line.toString(ISO_8859_1);
  }

  /** Whatever comes next, of at most so many bytes; less than 0 at the end. */
  int readSome(int atMost) {
    byte[] some = new byte[Math.min(atMost, CHUNK_BYTES)];
    return readInto(some, 0, some.length);
  }

  /** OPEN where something came, otherwise how the stream ended. */
  Ending readSomeOrEnd() {
    return readSome(CHUNK_BYTES) >= 0 ? Ending.OPEN : ending();
  }

  /** Reads to the other side's end, however it ends. */
  Saw readToEnd() {
    return readToEnd(Duration.ZERO);
  }

  /** As {@link #readToEnd()}, with a pause after every 64 KiB. */
  Saw readToEnd(Duration pause) {
    byte[] chunk = new byte[CHUNK_BYTES];
    while (readInto(chunk, 0, chunk.length) >= 0) {
      if (pause.isPositive()) {
        Eventually.pause(pause);
      }
    }
    return saw(ending());
  }

  /** What it has read so far, with the end of it. */
  Saw saw(Ending ending) {
    try {
      return new Saw(bytes, Saw.shortened(((MessageDigest) digest.clone()).digest()), ending);
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the JDK's SHA-256 can be cloned", e);
    }
  }

  /** Of a stream that has been read to its end, and that nobody sends to any more. */
  Ending ending() {
    return reset ? Ending.RST : Ending.FIN;
  }

  private int readInto(byte[] into, int offset, int length) {
    if (stillborn) {
      return -1;
    }
    try {
      int got = socket.getInputStream().read(into, offset, length);
      if (got > 0) {
        digest.update(into, offset, got);
        bytes += got;
      }
      return got;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("silence after " + saw(Ending.OPEN), e);
    } catch (IOException e) {
      if (!isReset(e)) {
        throw new UncheckedIOException(e);
      }
      reset = true;
      return -1;
    }
  }

  private static boolean isReset(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("Connection reset") || message.contains("Broken pipe");
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "peer " + socket;
  }
}
