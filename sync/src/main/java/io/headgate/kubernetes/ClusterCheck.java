package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.config.KubernetesConfig;
import io.headgate.kubernetes.ApiClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks an API server once what would go wrong with a configuration: connection, clock, and every
 * right that is needed (SelfSubjectAccessReview, authorization.k8s.io/v1, which every account may
 * ask). Keeps nothing and uses connections of its own.
 */
public final class ClusterCheck {
  private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

  private ClusterCheck() {}

  /**
   * What was found out.
   *
   * @param problem why nothing could be asked: of the kubeconfig, or of the connection; empty where
   *     it could
   * @param server the URL; empty where the kubeconfig cannot be used
   * @param version of the server; empty where it did not say
   * @param clockAhead how far the server's clock is ahead of ours, to a second; empty where it did
   *     not say
   * @param token in the kubeconfig; empty where it has none that says when it ends
   * @param certificates of the kubeconfig and of the server, as far as there are any
   * @param granted those needed that the account has
   * @param denied those needed that it lacks
   * @param unanswered a sentence for each that could not be asked
   */
  public record Result(
      String problem,
      String server,
      String version,
      Optional<Duration> clockAhead,
      Optional<Token> token,
      List<Certificate> certificates,
      List<Right> granted,
      List<Right> denied,
      List<String> unanswered) {
    public Result {
      certificates = List.copyOf(certificates);
      granted = List.copyOf(granted);
      denied = List.copyOf(denied);
      unanswered = List.copyOf(unanswered);
    }

    static Result failed(
        String server, String problem, Optional<Token> token, List<Certificate> certificates) {
      return new Result(
          problem,
          server,
          "",
          Optional.empty(),
          token,
          certificates,
          List.of(),
          List.of(),
          List.of());
    }
  }

  /**
   * The claims of a token (RFC 7519) that say how long it is good.
   *
   * @param issued the epoch where it does not say
   */
  public record Token(Instant issued, Instant expires) {}

  /** How long a certificate is good (X.509 validity). */
  public record Certificate(Role role, Instant begins, Instant expires) {}

  /** Whose a certificate is. */
  public enum Role {
    /** The account's own. */
    CLIENT,
    /**
     * The last to expire of those that the server's may be signed by: while a CA is exchanged, the
     * old one is there, too.
     */
    AUTHORITY,
    SERVER
  }

  /**
   * Blocks for ten seconds at most, and ends early when interrupted.
   *
   * @param pools what of pools is followed in the cluster
   * @param writes Services are served, so that the rights to write are needed
   */
  public static Result of(KubernetesConfig config, PoolSources pools, boolean writes)
      throws InterruptedException {
    String server = "";
    try {
      Kubeconfig kubeconfig = Kubeconfig.read(config);
      server = kubeconfig.toString();
      try (ApiClient client = ApiClient.of(kubeconfig, "", WatchSettings.DEFAULT)) {
        return ask(client, kubeconfig, Rights.of(config, pools, writes));
      }
    } catch (UnusableKubeconfigException e) {
      return Result.failed(server, String.valueOf(e.getMessage()), Optional.empty(), List.of());
    }
  }

  private static Result ask(ApiClient client, Kubeconfig kubeconfig, List<Right> rights)
      throws InterruptedException {
    ApiClient.Greeting greeting = client.greet();
    Optional<Token> token = token(kubeconfig.authorization());
    List<Certificate> certificates = new ArrayList<>(Certificates.of(kubeconfig));
    greeting.certificate().map(Certificates::ofServer).ifPresent(certificates::add);
    if (!greeting.problem().isEmpty()) {
      return Result.failed(kubeconfig.toString(), greeting.problem(), token, certificates);
    }
    List<Right> granted = new ArrayList<>();
    List<Right> denied = new ArrayList<>();
    List<String> unanswered = new ArrayList<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers =
          rights.stream()
              .map(right -> each.submit(() -> client.review(REVIEWS, review(right))))
              .toList();
      for (int i = 0; i < rights.size(); i++) {
        Right right = rights.get(i);
        switch (answers.get(i).get()) {
          case Answer.Done(var review) ->
              (review.at("/status/allowed").asBoolean() ? granted : denied).add(right);
          case Answer.Failed(var failure) -> unanswered.add(right + ": " + failure.text());
        }
      }
    } catch (ExecutionException bug) {
      throw new IllegalStateException(bug);
    }
    return new Result(
        "",
        client.server(),
        greeting.version(),
        greeting.clockAhead(),
        token,
        certificates,
        granted,
        denied,
        unanswered);
  }

  private static ObjectNode review(Right right) {
    ObjectNode review = ApiJson.MAPPER.createObjectNode();
    review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
    review
        .putObject("spec")
        .putObject("resourceAttributes")
        .put("verb", right.verb())
        .put("group", right.group())
        .put("resource", right.resource())
        .put("subresource", right.subresource())
        .put("namespace", right.namespace())
        .put("name", right.name());
    return review;
  }

  /** Of a service account's token; other tokens say nothing that we could read. */
  static Optional<Token> token(String authorization) {
    String[] parts = authorization.split("\\.", -1);
    if (!authorization.startsWith("Bearer ") || parts.length != 3) {
      return Optional.empty();
    }
    try {
      JsonNode claims =
          ApiJson.MAPPER.readTree(
              new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
      return claims.path("exp").isIntegralNumber()
          ? Optional.of(
              new Token(
                  Instant.ofEpochSecond(claims.path("iat").asLong(0)),
                  Instant.ofEpochSecond(claims.path("exp").asLong())))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
