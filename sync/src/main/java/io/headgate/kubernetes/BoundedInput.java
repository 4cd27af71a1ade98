package io.headgate.kubernetes;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The body of an answer, which fails when it is longer than it may be: what a server sends must not
 * fill the heap, be the server broken or somebody else's. Counts what is unpacked, not what came.
 */
final class BoundedInput extends FilterInputStream {
  private final long mostBytes;
  private long read;

  BoundedInput(InputStream in, long mostBytes) {
    super(in);
    this.mostBytes = mostBytes;
  }

  /** It is longer. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1;

    TooLongException(long mostBytes) {
      super("more than " + mostBytes / 1024 / 1024 + " MiB");
    }
  }

  /** How many bytes there were so far. */
  long readBytes() {
    return read;
  }

  @Override
  public int read() throws IOException {
    int one = super.read();
    count(one < 0 ? 0 : 1);
    return one;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = super.read(bytes, offset, length);
    count(Math.max(0, count));
    return count;
  }

  private void count(int bytes) throws IOException {
    read += bytes;
    if (read > mostBytes) {
      throw new TooLongException(mostBytes);
    }
  }
}
