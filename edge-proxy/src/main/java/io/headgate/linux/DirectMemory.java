package io.headgate.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Where a buffer is, for {@link StreamSockets}. */
public final class DirectMemory {
  private DirectMemory() {}

  /** The address of a direct buffer's position; valid as long as the buffer is. */
  public static long address(ByteBuffer direct) {
    if (!direct.isDirect()) {
      throw new IllegalArgumentException("the kernel must not be given memory that is moved");
    }
    return MemorySegment.ofBuffer(direct).address();
  }
}
