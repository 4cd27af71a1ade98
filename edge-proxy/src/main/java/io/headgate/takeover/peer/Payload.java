package io.headgate.takeover.peer;

import java.util.Arrays;

/** Bytes that mean something to sender and receiver only. Never change. */
public final class Payload {
  /** So much fits into one frame beside its name. */
  public static final int MAXIMUM_BYTES = (1 << 20) - 16;

  private final byte[] bytes;

  /**
   * @throws IllegalArgumentException for more than {@link #MAXIMUM_BYTES}
   */
  public Payload(byte[] bytes) {
    if (bytes.length > MAXIMUM_BYTES) {
      throw new IllegalArgumentException(
          "%d bytes are more than the %d of a frame".formatted(bytes.length, MAXIMUM_BYTES));
    }
    this.bytes = bytes.clone();
  }

  /** A copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  public int size() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Payload that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
