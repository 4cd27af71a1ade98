package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The bytes of a snapshot file: a line of name, version and SHA-256, then JSON. Pure. Bytes that
 * are not exactly what was written, or of another version, are nothing.
 */
final class SnapshotCodec {
  private static final String MAGIC = "headgate-cluster-snapshot 4 ";

  private SnapshotCodec() {}

  static byte[] encode(TakenSnapshot taken) {
    ObjectNode tree = SnapshotTree.write(taken.snapshot());
    tree.put("takenAt", taken.takenAt().toString());
    byte[] body = tree.toString().getBytes(StandardCharsets.UTF_8);
    byte[] head = head(body);
    byte[] all = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  static Optional<TakenSnapshot> decode(byte[] bytes) {
    int headBytes = head(new byte[0]).length;
    if (bytes.length < headBytes) {
      return Optional.empty();
    }
    byte[] body = Arrays.copyOfRange(bytes, headBytes, bytes.length);
    if (!Arrays.equals(Arrays.copyOf(bytes, headBytes), head(body))) {
      return Optional.empty();
    }
    try {
      JsonNode tree = ApiJson.MAPPER.readTree(body);
      return Optional.of(
          new TakenSnapshot(
              SnapshotTree.read(tree), Instant.parse(tree.path("takenAt").asText(""))));
    } catch (IOException | DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] head(byte[] body) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      return (MAGIC + HexFormat.of().formatHex(digest) + "\n").getBytes(StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
