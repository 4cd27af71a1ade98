package io.headgate.health;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS to whoever answers. A probe asks whether somebody serves, by node address and for no name;
 * the certificates there are for other names, self-signed, or chosen by SNI. It sends no secret and
 * believes nothing but "alive", so there is nothing that a certificate could protect. Kubelet's
 * probes do the same.
 */
final class UnverifiedTls {
  private static final SSLContext CONTEXT = context();

  private UnverifiedTls() {}

  /** Loads what the first handshake would otherwise load on its own time. */
  static void prepare() {
    CONTEXT.getSocketFactory();
  }

  /** A socket on top of a connected one, with no server name; the handshake is still to be done. */
  static SSLSocket over(Socket connected) throws IOException {
    var socket =
        (SSLSocket)
            CONTEXT.getSocketFactory().createSocket(connected, null, 0, /* autoClose= */ true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of());
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustEveryone()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  /** The extended kind, because around a plain one the JDK still checks algorithms and names. */
  private static final class TrustEveryone extends X509ExtendedTrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
