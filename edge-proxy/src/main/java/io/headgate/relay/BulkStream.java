package io.headgate.relay;

/**
 * Whether much comes from one side, seen from what its reads bring. Belongs to the connection's
 * loop.
 *
 * <p>A stream that goes on may be left alone until much has come: each wake-up of ours, of the
 * sender that waits for room and of the receiver that waits for bytes then serves many times as
 * many bytes. What little is left at its end must not wait for ever, so somebody has to look. And
 * where the other side speaks, it is no stream but an exchange, in which nothing may wait.
 */
final class BulkStream {
  /** What a wake-up is to bring while a stream goes on. */
  static final int WORTH_BYTES = 256 * 1024;

  /** What is not worth a call of its own, and less than a pipe full of small segments. */
  static final int LITTLE_BYTES = 16 * 1024;

  private static final long GOES_ON_BYTES = 1024 * 1024;
  private static final int FRUITLESS_LOOKS = 4;

  private boolean bulk;
  private long burstBytes;
  private long unansweredBytes;
  private boolean read;
  private int fruitlessLooks;

  /**
   * @param full as much as could be read at once, with which much begins
   */
  void read(long count, boolean full) {
    read = true;
    bulk |= full;
    burstBytes += count;
    unansweredBytes += count;
    if (count >= LITTLE_BYTES) {
      fruitlessLooks = 0;
    }
  }

  /** All that has come is read. Where it was little, much is no longer expected. */
  void drained() {
    if (burstBytes > 0 && burstBytes < LITTLE_BYTES) {
      bulk = false;
    }
    burstBytes = 0;
  }

  /** The other side has said something. */
  void otherSpoke() {
    unansweredBytes = 0;
  }

  /** Much comes at once. */
  boolean bulk() {
    return bulk;
  }

  /** It has gone on for long enough to wait for more at once. */
  boolean patient() {
    return bulk && unansweredBytes >= GOES_ON_BYTES;
  }

  /** Nothing has been read since the last look. */
  boolean resting() {
    boolean rests = !read;
    read = false;
    return rests;
  }

  /** One has looked, which has reset the count if it has brought much. */
  void looked() {
    fruitlessLooks++;
    if (fruitlessLooks >= FRUITLESS_LOOKS) {
      unansweredBytes = 0;
      fruitlessLooks = 0;
    }
  }
}
