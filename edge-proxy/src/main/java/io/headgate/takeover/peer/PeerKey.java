package io.headgate.takeover.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What edges know each other by: one private key with its certificate, the same file on every edge.
 * The certificate's names and dates mean nothing.
 */
public final class PeerKey {
  private static final int MAXIMUM_FILE_BYTES = 64 * 1024;
  private static final Duration VALID = Duration.ofDays(36_500); // for other programs that look
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final Set<PosixFilePermission> TOO_OPEN =
      EnumSet.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  private final PrivateKey privateKey;
  private final X509Certificate certificate;
  private final byte[] encoded;

  private PeerKey(PrivateKey privateKey, X509Certificate certificate)
      throws GeneralSecurityException {
    this.privateKey = privateKey;
    this.certificate = certificate;
    this.encoded = certificate.getEncoded();
  }

  /** What comes of reading a file. */
  public sealed interface Reading {
    /** A key. */
    record Usable(PeerKey key) implements Reading {}

    /**
     * Not to be used.
     *
     * @param problem in words, with the file's path and nothing of its content
     */
    record Unusable(String problem) implements Reading {}
  }

  /** The content of a new file: a private key and a self-signed certificate. Secret. */
  public static String generate() {
    try {
      X509Bundle bundle =
          new CertificateBuilder()
              .algorithm(CertificateBuilder.Algorithm.ecp256)
              .subject("CN=headgate peer link")
              .notAfter(Instant.now().plus(VALID))
              .setIsCertificateAuthority(true)
              .buildSelfSigned();
      return line(bundle.getPrivateKeyPEM()) + line(bundle.getCertificatePEM());
    } catch (Exception e) { // its declaration says no more
      throw new IllegalStateException("this JDK makes no EC key", e);
    }
  }

  /** Reads a file that only its owner may write, and nobody but owner and group may read. */
  public static Reading read(Path file) {
    try {
      if (!Files.isRegularFile(file) && Files.exists(file)) {
        return unusable(file, "is not a file");
      }
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (permissions.stream().anyMatch(TOO_OPEN::contains)) {
        return unusable(
            file,
            "its mode is %s: others could read or change it (allowed: 0600, 0640)"
                .formatted(PosixFilePermissions.toString(permissions)));
      }
      Optional<String> text = text(file);
      return text.isEmpty() ? unusable(file, "is too large for a key") : parse(file, text.get());
    } catch (NoSuchFileException _) {
      return unusable(file, "does not exist");
    } catch (IOException e) {
      return unusable(file, "cannot be read: " + e.getClass().getSimpleName());
    } catch (UnsupportedOperationException _) {
      return unusable(file, "is on a file system without permissions");
    }
  }

  /** SHA-256 of the certificate, to compare the files of two edges. No secret. */
  public String fingerprint() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(encoded);
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  @Override
  public String toString() {
    return "peer key " + fingerprint();
  }

  PrivateKey privateKey() {
    return privateKey;
  }

  X509Certificate certificate() {
    return certificate;
  }

  /** The certificate is ours, byte for byte; in a time that does not tell how far it is. */
  boolean isOf(Certificate other) throws CertificateException {
    return MessageDigest.isEqual(encoded, other.getEncoded());
  }

  private static Optional<String> text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAXIMUM_FILE_BYTES + 1);
      return bytes.length > MAXIMUM_FILE_BYTES
          ? Optional.empty()
          : Optional.of(new String(bytes, US_ASCII));
    }
  }

  private static Reading parse(Path file, String text) {
    List<byte[]> keys = blocks(text, "PRIVATE KEY");
    List<byte[]> certificates = blocks(text, "CERTIFICATE");
    if (keys.size() != 1 || certificates.size() != 1) {
      return unusable(
          file,
          ("holds %d private keys in PKCS#8 (BEGIN PRIVATE KEY) and %d certificates;"
                  + " one of each is wanted")
              .formatted(keys.size(), certificates.size()));
    }
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(certificates.getFirst()));
      Optional<String> algorithm = signatureAlgorithm(certificate);
      if (algorithm.isEmpty()) {
        return unusable(
            file,
            "holds a key of kind %s; EC and Ed25519 are supported"
                .formatted(certificate.getPublicKey().getAlgorithm()));
      }
      PrivateKey key =
          KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(keys.getFirst()));
      return belong(key, certificate, algorithm.get())
          ? new Reading.Usable(new PeerKey(key, certificate))
          : unusable(file, "its private key is not that of its certificate");
    } catch (GeneralSecurityException _) { // whose message may quote what is secret
      return unusable(file, "its private key or its certificate cannot be understood");
    }
  }

  private static Optional<String> signatureAlgorithm(X509Certificate certificate) {
    return switch (certificate.getPublicKey().getAlgorithm()) {
      case "EC" -> Optional.of("SHA256withECDSA");
      case "EdDSA" -> Optional.of("EdDSA");
      default -> Optional.empty();
    };
  }

  private static boolean belong(PrivateKey key, X509Certificate certificate, String algorithm)
      throws GeneralSecurityException {
    byte[] anything = certificate.getEncoded();
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    signing.update(anything);
    byte[] signed = signing.sign();
    Signature verifying = Signature.getInstance(algorithm);
    verifying.initVerify(certificate.getPublicKey());
    verifying.update(anything);
    return verifying.verify(signed);
  }

  private static List<byte[]> blocks(String text, String kind) {
    try {
      return BLOCK
          .matcher(text)
          .results()
          .filter(block -> block.group(1).equals(kind))
          .map(block -> Base64.getMimeDecoder().decode(block.group(2)))
          .toList();
    } catch (IllegalArgumentException _) {
      return List.of();
    }
  }

  private static Reading unusable(Path file, String why) {
    return new Reading.Unusable(file + ": " + why);
  }

  private static String line(String text) {
    return text.stripTrailing() + "\n";
  }
}
