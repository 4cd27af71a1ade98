package io.headgate.relay;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;

/** Hands out the same buffer again and again, so that only what is written into it costs. */
final class OneBuffer extends AbstractByteBufAllocator {
  private final ByteBuf buffer;

  OneBuffer(int bytes) {
    boolean withoutLeakDetector = true; // which allocates with every access where tests turn it on
    this.buffer = new UnpooledByteBufAllocator(true, withoutLeakDetector).directBuffer(bytes);
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    return buffer.clear().retain();
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    throw new UnsupportedOperationException("channels write direct buffers");
  }

  @Override
  public boolean isDirectBufferPooled() {
    return true;
  }
}
