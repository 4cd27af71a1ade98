package io.headgate.kubernetes;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.headgate.config.KubernetesConfig;
import io.headgate.config.ServerUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One context of a kubeconfig, with what its files hold now.
 *
 * <p>Read here and not by fabric8's own {@code Config.fromKubeconfig}, because that runs exec
 * plugins, knows no tokenFile and lets TLS verification be switched off.
 *
 * @param config for the transport: TLS, proxy; without token and password
 * @param servers the URLs as written, one at least
 * @param tlsServerName whose certificate is asked for and expected; empty for the URL's host
 * @param authorization the header's value; empty where a client certificate, or nothing, is used
 * @param stamps of every file it was read from, each taken before the reading
 * @param warning what the operator has allowed that is not safe; empty for nothing
 */
record Kubeconfig(
    Config config,
    List<String> servers,
    String tlsServerName,
    String authorization,
    FileStamps stamps,
    String warning) {

  /** Neither the record's own text nor any part of it may show a credential. */
  @Override
  public String toString() {
    return String.join(", ", servers);
  }

  /**
   * @throws UnusableKubeconfigException something is missing, or is refused on purpose
   */
  static Kubeconfig read(KubernetesConfig wanted) throws UnusableKubeconfigException {
    Path file = wanted.kubeconfig();
    String stamp = FileStamps.stamp(file);
    return new Reading(wanted, stamp, parse(file)).context();
  }

  /** Parsers quote what they trip over, which may be a token, so that their message is dropped. */
  private static io.fabric8.kubernetes.api.model.Config parse(Path file)
      throws UnusableKubeconfigException {
    String text = text(file);
    io.fabric8.kubernetes.api.model.@Nullable Config parsed;
    try {
      parsed = Serialization.unmarshal(text, io.fabric8.kubernetes.api.model.Config.class);
    } catch (RuntimeException e) {
      throw new UnusableKubeconfigException(file + " is no kubeconfig (YAML or JSON expected)");
    }
    if (parsed == null) {
      throw new UnusableKubeconfigException(file + " is empty");
    }
    return parsed;
  }

  private static String text(Path file) throws UnusableKubeconfigException {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UnusableKubeconfigException(
          "cannot read " + file + " (" + e.getClass().getSimpleName() + ")");
    }
  }

  /** The parsed file and the others that it names. */
  private static final class Reading {
    private static final String INSTEAD =
        "an edge runs no programs for its credentials; give a tokenFile (read again when it"
            + " changes), a token or a client certificate";

    private final KubernetesConfig wanted;
    private final Path file;
    private final io.fabric8.kubernetes.api.model.Config parsed;
    private final Map<Path, String> stamps = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();

    Reading(KubernetesConfig wanted, String stamp, io.fabric8.kubernetes.api.model.Config parsed) {
      this.wanted = wanted;
      file = wanted.kubeconfig();
      this.parsed = parsed;
      stamps.put(file, stamp);
    }

    Kubeconfig context() throws UnusableKubeconfigException {
      String name =
          wanted.context().isEmpty() ? orEmpty(parsed.getCurrentContext()) : wanted.context();
      if (name.isEmpty()) {
        throw unusable("has no current-context; name one (kubernetes.context)");
      }
      Context context =
          named(parsed.getContexts(), NamedContext::getName, name, "context").getContext();
      if (context == null) {
        throw unusable("has nothing in its context '" + name + "'");
      }
      String clusterName = orEmpty(context.getCluster());
      Cluster cluster =
          named(parsed.getClusters(), NamedCluster::getName, clusterName, "cluster").getCluster();
      if (cluster == null) {
        throw unusable("has nothing in its cluster '" + clusterName + "'");
      }
      Config config = Config.empty();
      List<String> servers = servers(cluster);
      config.setMasterUrl(servers.getFirst());
      serve(cluster, config);
      String userName = orEmpty(context.getUser());
      String authorization = "";
      if (!userName.isEmpty()) {
        AuthInfo user =
            named(parsed.getUsers(), NamedAuthInfo::getName, userName, "user").getUser();
        authorization = user == null ? "" : identify(user, config);
      }
      return new Kubeconfig(
          config,
          servers,
          orEmpty(cluster.getTlsServerName()),
          authorization,
          new FileStamps(stamps),
          String.join("; ", warnings));
    }

    /** As written; those of {@code kubernetes.servers} in place of the kubeconfig's. */
    private List<String> servers(Cluster cluster) throws UnusableKubeconfigException {
      String server = orEmpty(cluster.getServer());
      if (wanted.servers().isEmpty() && !server.matches("https?://[^/@\\s]+(/.*)?")) {
        throw unusable("names no server as http://… or https://… (without a user in it)");
      }
      List<String> servers = wanted.servers().isEmpty() ? List.of(server) : wanted.servers();
      for (String clear : servers.stream().filter(ServerUrl::inTheClear).toList()) {
        allow(
            clear + " is not encrypted: its answers can be forged on the way, a token be stolen",
            "says " + clear + ", which is not encrypted; use https://");
      }
      return servers;
    }

    /** What there is to know of the servers besides their URLs goes into {@code config}. */
    private void serve(Cluster cluster, Config config) throws UnusableKubeconfigException {
      config.setCaCertFile(path(cluster.getCertificateAuthority()));
      config.setCaCertData(cluster.getCertificateAuthorityData());
      if (Boolean.TRUE.equals(cluster.getInsecureSkipTlsVerify())) {
        allow(
            "the API server's certificate is not verified (insecure-skip-tls-verify): its answers"
                + " can be forged on the way, a token be stolen",
            "says insecure-skip-tls-verify; give certificate-authority instead");
        config.setTrustCerts(true);
        config.setDisableHostnameVerification(true);
      }
      String proxy = orEmpty(cluster.getProxyUrl());
      if (!proxy.isEmpty()) {
        config.setHttpProxy(proxy);
        config.setHttpsProxy(proxy);
      }
    }

    private void allow(String warning, String refusal) throws UnusableKubeconfigException {
      if (!wanted.allowInsecure()) {
        throw unusable(refusal + " (kubernetes.allow-insecure = true would allow it)");
      }
      warnings.add(warning);
    }

    /** The value of the Authorization header; a certificate goes into {@code config}. */
    private String identify(AuthInfo user, Config config) throws UnusableKubeconfigException {
      if (user.getExec() != null) {
        throw unusable("uses an exec plugin, which is not supported: " + INSTEAD);
      }
      if (user.getAuthProvider() != null) {
        throw unusable("uses an auth-provider, which is not supported: " + INSTEAD);
      }
      if (!orEmpty(user.getAs()).isEmpty()) {
        throw unusable("acts as another user (as:), which is not supported");
      }
      config.setClientCertFile(path(user.getClientCertificate()));
      config.setClientCertData(user.getClientCertificateData());
      config.setClientKeyFile(path(user.getClientKey()));
      config.setClientKeyData(user.getClientKeyData());
      config.setClientKeyAlgo(
          Config.getKeyAlgorithm(config.getClientKeyFile(), config.getClientKeyData()));
      String token = token(user);
      if (!token.isEmpty()) {
        return "Bearer " + token;
      }
      if (!orEmpty(user.getUsername()).isEmpty()) {
        String pair = user.getUsername() + ":" + orEmpty(user.getPassword());
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
      }
      return "";
    }

    /** As in client-go the file's token goes before the one written here. */
    private String token(AuthInfo user) throws UnusableKubeconfigException {
      String tokenFile = path(user.getTokenFile());
      String token =
          (tokenFile == null ? orEmpty(user.getToken()) : text(Path.of(tokenFile))).strip();
      if (!token.matches("[\\x21-\\x7e]*")) {
        throw unusable("has a token with characters that no token has");
      }
      return token;
    }

    private @Nullable String path(@Nullable String written) {
      if (written == null || written.isEmpty()) {
        return null;
      }
      Path path = file.toAbsolutePath().resolveSibling(written);
      stamps.put(path, FileStamps.stamp(path));
      return path.toString();
    }

    private <T> T named(
        @Nullable List<T> all, Function<T, @Nullable String> name, String wanted, String what)
        throws UnusableKubeconfigException {
      return Optional.ofNullable(all).orElse(List.of()).stream()
          .filter(one -> one != null && wanted.equals(name.apply(one)))
          .findFirst()
          .orElseThrow(() -> unusable("has no " + what + " '" + wanted + "'"));
    }

    private UnusableKubeconfigException unusable(String why) {
      return new UnusableKubeconfigException(file + " " + why);
    }

    private static String orEmpty(@Nullable String text) {
      return text == null ? "" : text;
    }
  }
}
