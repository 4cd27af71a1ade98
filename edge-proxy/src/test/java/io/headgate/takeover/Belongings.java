package io.headgate.takeover;

import io.headgate.testing.Lan;
import java.util.ArrayList;
import java.util.List;

/** What was started on a Lan: ended in the reverse order, and then the Lan. Used by one thread. */
final class Belongings implements AutoCloseable {
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Lan lan;

  Belongings(Lan lan) {
    this.lan = lan;
  }

  <T extends AutoCloseable> T keep(T part) {
    open.add(part);
    return part;
  }

  @Override
  public void close() {
    try {
      for (AutoCloseable part : open.reversed()) {
        part.close();
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      lan.close();
    }
  }
}
