package io.headgate.realapi;

import static io.headgate.testing.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.headgate.apiserver.ApiResource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster's administrator does with kubectl, by plain requests: what the server refuses
 * fails the test. Any thread.
 */
public final class Administrator implements AutoCloseable {
  static final String TOKEN = "the-administrators-token";
  private static final String MERGE_PATCH = "application/merge-patch+json";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String url;
  private final Path certificate;
  private @Nullable HttpClient http;

  Administrator(String url, Path certificate) {
    this.url = url;
    this.certificate = certificate;
  }

  /** An answer of the server, with an empty object where it is no JSON. */
  public record Answer(int code, ObjectNode body) {
    private ObjectNode orFail(String what) {
      if (code >= 300) {
        throw new AssertionError(what + ": " + code + " " + body);
      }
      return body;
    }
  }

  /** As {@code kubectl apply -f}: every document of a manifest, in order. */
  public void apply(String manifest) {
    for (String document : manifest.split("(?m)^---$", -1)) {
      put((ObjectNode) Serialization.unmarshal(document, JsonNode.class));
    }
  }

  /**
   * Creates an object, or changes what differs in the one that is there; returns what the server
   * made of it. A Node that is there keeps its status.
   */
  public ObjectNode put(ApiResource resource, ObjectNode object) {
    ObjectNode whole = object.deepCopy();
    whole.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    return put(whole);
  }

  private ObjectNode put(ObjectNode object) {
    String name = object.at("/metadata/name").asText();
    Answer created = request("POST", path(object), object);
    if (created.code() != 409) {
      return created.orFail("create " + object);
    }
    return send("PATCH", path(object) + "/" + name, object.toString(), MERGE_PATCH, TOKEN)
        .orFail("change " + object);
  }

  /** A JSON merge patch; {@code subresource} is empty for the object itself. */
  public ObjectNode patch(
      ApiResource resource, String namespace, String name, String subresource, String patch) {
    String path = path(resource, namespace) + "/" + name;
    String whole = subresource.isEmpty() ? path : path + "/" + subresource;
    return send("PATCH", whole, patch, MERGE_PATCH, TOKEN).orFail("patch " + name + " " + patch);
  }

  public void delete(ApiResource resource, String namespace, String name) {
    request("DELETE", path(resource, namespace) + "/" + name, null).orFail("delete " + name);
  }

  /** One by its name; empty where there is none. */
  public Optional<ObjectNode> object(ApiResource resource, String namespace, String name) {
    Answer answer = request("GET", path(resource, namespace) + "/" + name, null);
    return answer.code() == 404 ? Optional.empty() : Optional.of(answer.orFail("get " + name));
  }

  /**
   * Those of a kind.
   *
   * @param namespace empty for all
   */
  public List<ObjectNode> objects(ApiResource resource, String namespace) {
    return request("GET", path(resource, namespace), null)
        .orFail("list " + resource)
        .path("items")
        .valueStream()
        .map(ObjectNode.class::cast)
        .toList();
  }

  public void createNamespace(String name) {
    apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + "}\n");
  }

  /** A new token of a service account, as {@code kubectl create token} makes it. */
  public String token(String namespace, String account) {
    return request(
            "POST",
            "/api/v1/namespaces/%s/serviceaccounts/%s/token".formatted(namespace, account),
            MAPPER
                .createObjectNode()
                .put("apiVersion", "authentication.k8s.io/v1")
                .put("kind", "TokenRequest")
                .set("spec", MAPPER.createObjectNode().putArray("audiences").objectNode()))
        .orFail("token of " + account)
        .at("/status/token")
        .asText();
  }

  /** Makes an account anew, so that all its tokens are void. */
  public void renewAccount(String namespace, String account) {
    String path = "/api/v1/namespaces/%s/serviceaccounts".formatted(namespace);
    request("DELETE", path + "/" + account, null).orFail("delete " + account);
    apply(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s, namespace: %s}\n"
            .formatted(account, namespace));
  }

  /** What the server answers to somebody else's request. */
  public Answer as(String token, String method, String path, String body) {
    return send(method, path, body, "application/json", token);
  }

  /** What the server answers to somebody else's JSON merge patch. */
  public Answer mergePatchAs(String token, String path, String patch) {
    return send("PATCH", path, patch, MERGE_PATCH, token);
  }

  /** While the server starts, the certificate that was read may not be the whole one. */
  void ready() throws IOException {
    try {
      Answer answer = request("GET", "/readyz", null);
      if (answer.code() != 200) {
        throw new IOException("not ready: " + answer.code());
      }
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  void awaitServed(String path) {
    eventually(Duration.ofMinutes(1), () -> request("GET", path, null).orFail(path));
  }

  private Answer request(String method, String path, @Nullable JsonNode body) {
    return send(method, path, body == null ? "" : body.toString(), "application/json", TOKEN);
  }

  private Answer send(String method, String path, String body, String type, String token) {
    var request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", type)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    try {
      var answer = client().send(request, BodyHandlers.ofString());
      return new Answer(answer.statusCode(), object(answer.body()));
    } catch (IOException e) {
      throw new AssertionError(method + " " + path + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static ObjectNode object(String text) throws IOException {
    return text.startsWith("{")
        ? (ObjectNode) MAPPER.readTree(text)
        : MAPPER.createObjectNode().put("text", text);
  }

  private synchronized HttpClient client() throws IOException {
    if (http == null) {
      http = HttpClient.newBuilder().sslContext(trusting(certificate)).build();
    }
    return http;
  }

  private static SSLContext trusting(Path certificates) throws IOException {
    try (InputStream pem = Files.newInputStream(certificates)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("ca-" + count++, one);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static String path(ApiResource resource, String namespace) {
    return path(resource.apiVersion(), resource.plural(), namespace);
  }

  private static String path(ObjectNode object) {
    return path(
        object.path("apiVersion").asText(),
        object.path("kind").asText().toLowerCase(Locale.ROOT) + "s",
        object.at("/metadata/namespace").asText(""));
  }

  private static String path(String apiVersion, String plural, String namespace) {
    return (apiVersion.contains("/") ? "/apis/" : "/api/")
        + apiVersion
        + (namespace.isEmpty() ? "" : "/namespaces/" + namespace)
        + "/"
        + plural;
  }

  @Override
  public synchronized void close() {
    if (http != null) {
      http.shutdownNow();
      http = null;
    }
  }
}
