package io.headgate.takeover.peer;

import io.netty.handler.ssl.SslHandler;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 in which both ends show the same certificate. No session is ever resumed: the engines
 * know no name of the other side to find one by.
 */
final class PeerTls {
  private static final String[] PROTOCOLS = {"TLSv1.3"};
  private static final long CLOSE_NOTIFY_MILLIS = 200;

  private final SSLContext context;

  PeerTls(PeerKey key) {
    try {
      context = SSLContext.getInstance("TLSv1.3");
      context.init(
          new KeyManager[] {new TheKey(key)}, new TrustManager[] {new TheCertificate(key)}, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no TLS 1.3", e);
    }
  }

  /** The other side's certificate is not ours. */
  static final class OtherKeyException extends CertificateException {
    private static final long serialVersionUID = 1;

    OtherKeyException() {
      super("the other side has another key");
    }
  }

  SSLContext context() {
    return context;
  }

  SslHandler dialling() {
    return handler(true);
  }

  SslHandler accepting() {
    return handler(false);
  }

  private SslHandler handler(boolean dialling) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(dialling);
    engine.setEnabledProtocols(PROTOCOLS);
    if (!dialling) {
      engine.setNeedClientAuth(true);
    }
    SslHandler handler = new SslHandler(engine);
    handler.setHandshakeTimeoutMillis(0); // the connection's own, which covers the hello too
    handler.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
    return handler;
  }

  /** Trusts one certificate. That the other side has its key is proven by TLS itself. */
  private static final class TheCertificate extends X509ExtendedTrustManager {
    private final PeerKey key;

    TheCertificate(PeerKey key) {
      this.key = key;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      if (chain.length == 0 || !key.isOf(chain[0])) {
        throw new OtherKeyException();
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Shows one certificate, whatever its dates, to whoever can use its kind of key. */
  private static final class TheKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "peer";

    private final PeerKey key;

    TheKey(PeerKey key) {
      this.key = key;
    }

    private @Nullable String alias(String type) {
      return type.equals(key.privateKey().getAlgorithm()) ? ALIAS : null;
    }

    private @Nullable String alias(String[] types) {
      for (String type : types) {
        if (alias(type) != null) {
          return ALIAS;
        }
      }
      return null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(types);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(type);
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return alias(types);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return alias(type);
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {key.certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key.privateKey();
    }
  }
}
