package io.headgate.kubernetes;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;

/**
 * The socket of one watch, which fails when one event gets so long that it would fill the heap:
 * OkHttp itself gathers a WebSocket message of any length. Counts what comes in, TLS included,
 * since the last whole event; any thread.
 */
final class BoundedSockets extends SocketFactory {
  /** Ten times what etcd stores of one object at most. */
  static final long LARGEST_EVENT_BYTES = 16L * 1024 * 1024;

  private final AtomicLong received = new AtomicLong();

  /** A whole event has come. */
  void eventArrived() {
    received.set(0);
  }

  /** What OkHttp calls. */
  @Override
  public Socket createSocket() {
    return new Socket() {
      @Override
      public InputStream getInputStream() throws IOException {
        return new Counted(super.getInputStream());
      }
    };
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
    throw new UnsupportedOperationException();
  }

  private final class Counted extends FilterInputStream {
    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      count(Math.max(0, read));
      return read;
    }

    private void count(int bytes) throws IOException {
      if (received.addAndGet(bytes) > LARGEST_EVENT_BYTES) {
        throw new IOException(
            "one event of more than "
                + LARGEST_EVENT_BYTES / 1024 / 1024
                + " MiB, which is no"
                + " object of a cluster");
      }
    }
  }
}
