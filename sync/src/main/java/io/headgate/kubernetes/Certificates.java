package io.headgate.kubernetes;

import io.headgate.kubernetes.ClusterCheck.Role;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The certificates of a kubeconfig and of the server that it leads to: how long they are good. */
final class Certificates {
  private Certificates() {}

  /** Those of the kubeconfig; what cannot be read is another's to complain of. */
  static List<ClusterCheck.Certificate> of(Kubeconfig kubeconfig) {
    var config = kubeconfig.config();
    List<ClusterCheck.Certificate> all = new ArrayList<>();
    read(config.getClientCertData(), config.getClientCertFile()).stream()
        .findFirst()
        .map(leaf -> certificate(Role.CLIENT, leaf))
        .ifPresent(all::add);
    last(read(config.getCaCertData(), config.getCaCertFile()))
        .map(authority -> certificate(Role.AUTHORITY, authority))
        .ifPresent(all::add);
    return all;
  }

  /** Of the one that the server has shown. */
  static ClusterCheck.Certificate ofServer(X509Certificate shown) {
    return certificate(Role.SERVER, shown);
  }

  private static Optional<X509Certificate> last(Collection<X509Certificate> all) {
    return all.stream().max(Comparator.comparing(X509Certificate::getNotAfter));
  }

  private static ClusterCheck.Certificate certificate(Role role, X509Certificate certificate) {
    return new ClusterCheck.Certificate(
        role, certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
  }

  /** As in client-go, data goes before a file. */
  private static List<X509Certificate> read(@Nullable String data, @Nullable String file) {
    try {
      byte[] pem =
          data != null && !data.isEmpty()
              ? Base64.getMimeDecoder().decode(data)
              : file != null && !file.isEmpty() ? Files.readAllBytes(Path.of(file)) : new byte[0];
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem))
          .stream()
          .filter(X509Certificate.class::isInstance)
          .map(X509Certificate.class::cast)
          .toList();
    } catch (IOException | CertificateException | IllegalArgumentException _) {
      return List.of();
    }
  }
}
