package io.headgate.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS of a test's server, with self-signed certificates that the JDK's keytool makes. */
final class TestTls {
  static final TestTls NONE = new TestTls(null);
  private static final String PASSWORD = "changeit";

  /** The names (CN) of the clients that are let in; those without a certificate always are. */
  final Set<String> admitted = ConcurrentHashMap.newKeySet();

  private volatile @Nullable SSLContext context;

  private TestTls(@Nullable SSLContext context) {
    this.context = context;
  }

  /** A certificate and its key in PEM, and both in a key store. */
  record Identity(Path certificate, Path key, Path store) {}

  /**
   * @param alternativeNames as keytool's {@code -ext san=} wants them
   */
  static Identity identity(Path directory, String name, String alternativeNames)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path store = directory.resolve(name + ".p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + alternativeNames,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException(said);
    }
    KeyStore keys = keys(store);
    return new Identity(
        pem(
            directory.resolve(name + ".crt"),
            "CERTIFICATE",
            keys.getCertificate("it").getEncoded()),
        pem(
            directory.resolve(name + ".key"),
            "PRIVATE KEY",
            keys.getKey("it", PASSWORD.toCharArray()).getEncoded()),
        store);
  }

  static TestTls of(Identity server) throws IOException, GeneralSecurityException {
    var tls = new TestTls(null);
    tls.present(server);
    return tls;
  }

  /** Shows this certificate from now on. */
  void present(Identity server) throws IOException, GeneralSecurityException {
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys(server.store()), PASSWORD.toCharArray());
    var next = SSLContext.getInstance("TLS");
    next.init(factory.getKeyManagers(), new TrustManager[] {new Admission()}, null);
    context = next;
  }

  Socket serverSide(Socket accepted) throws IOException {
    SSLContext now = context;
    if (now == null) {
      return accepted;
    }
    var socket =
        (SSLSocket) now.getSocketFactory().createSocket(accepted, (InputStream) null, true);
    socket.setUseClientMode(false);
    socket.setWantClientAuth(true);
    return socket;
  }

  /** The name (CN) in the client's certificate; empty where it showed none. */
  static String peerName(SSLSocket socket) {
    try {
      return name(socket.getSession().getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException e) {
      return "";
    }
  }

  /** The server names (SNI) that the client asked for. */
  static List<String> askedFor(SSLSocket socket) {
    return ((ExtendedSSLSession) socket.getSession())
        .getRequestedServerNames().stream()
            .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
            .toList();
  }

  private static String name(Certificate certificate) {
    return ((X509Certificate) certificate).getSubjectX500Principal().getName().replace("CN=", "");
  }

  private static KeyStore keys(Path store) throws IOException, GeneralSecurityException {
    var keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static Path pem(Path file, String kind, byte[] encoded) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return Files.writeString(
        file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind, base64));
  }

  private final class Admission implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      if (!admitted.contains(name(chain[0]))) {
        throw new CertificateException("not admitted");
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("this is the server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
