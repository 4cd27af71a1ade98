package io.headgate.relay;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Sends many GiB through every relay, and compares SHA-256 of what was sent and what has arrived.
 * Not a unit test, for it takes minutes. Arguments: the number of GiB (10), names of {@link
 * RelayKind}s (all). Exits 1 where they differ.
 */
final class TenGibTransfer {
  private static final int CHUNK_BYTES = Bytes.MIB;

  private TenGibTransfer() {}

  public static void main(String[] arguments) {
    int gib = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
    List<RelayKind> kinds =
        arguments.length > 1
            ? Arrays.stream(arguments).skip(1).map(RelayKind::valueOf).toList()
            : List.of(RelayKind.values());
    boolean allEqual = true;
    for (RelayKind kind : kinds) {
      allEqual &= transfer(kind, gib);
    }
    System.exit(allEqual ? 0 : 1);
  }

  private static boolean transfer(RelayKind kind, int gib) {
    if (kind.unavailable().isPresent()) {
      System.out.println(kind + ": not on this host: " + kind.unavailable().get());
      return false;
    }
    try (var rig = new Rig(kind)) {
      Listening backend = rig.listening();
      Peer client = rig.connect(rig.serve(Policy.PLAIN, Rig.up(backend.address())));
      Peer server = rig.keep(backend.accept());
      long startNs = System.nanoTime();
      CompletableFuture<String> sent = CompletableFuture.supplyAsync(() -> send(client, gib));
      Saw saw = server.readToEnd();
      double seconds = (System.nanoTime() - startNs) / 1e9;
      String digest = sent.join();
      boolean equal = saw.equals(new Saw((long) gib * 1024 * CHUNK_BYTES, digest, Saw.Ending.FIN));
      System.out.printf(
          "%s: %d GiB in %.1f s, %.0f MiB/s; sent sha256 %s, received %s: %s%n",
          kind, gib, seconds, gib * 1024 / seconds, digest, saw, equal ? "equal" : "DIFFERENT");
      return equal;
    }
  }

  /** No two chunks are equal, so that one that is lost or exchanged shows. */
  private static String send(Peer client, int gib) {
    MessageDigest digest = Saw.digest();
    byte[] chunk = Bytes.random(gib, CHUNK_BYTES);
    for (long i = 0; i < gib * 1024L; i++) {
      ByteBuffer.wrap(chunk).putLong(0, i);
      digest.update(chunk);
      client.send(chunk);
    }
    client.halfClose();
    return Saw.shortened(digest.digest());
  }
}
