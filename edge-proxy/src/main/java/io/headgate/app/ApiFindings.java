package io.headgate.app;

import io.headgate.admin.CheckView;
import io.headgate.config.KubernetesConfig;
import io.headgate.kubernetes.ClusterCheck;
import io.headgate.kubernetes.ClusterCheck.Certificate;
import io.headgate.kubernetes.ClusterCheck.Role;
import io.headgate.kubernetes.ClusterCheck.Token;
import io.headgate.kubernetes.Right;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the API server's own answers mean for us. Pure but for the date. */
final class ApiFindings {
  private static final Duration WORST_CLOCK = Duration.ofSeconds(5);
  private static final Duration TOKEN_NOTICE = Duration.ofDays(7);
  private static final Pattern OF_KUBERNETES_1 = Pattern.compile("v1\\.(\\d{1,4})");
  private static final int FIRST_MINOR_WITH_CLASS = 22; // before, behind a gate that is shut
  private static final Duration CERTIFICATE_NOTICE = Duration.ofDays(30);
  private static final Duration AUTHORITY_NOTICE = Duration.ofDays(90);
  private static final String TAKEN_UP = "; it is taken up without a restart";
  private static final String ACCOUNT = "system:serviceaccount:headgate:headgate";

  private static final String ON_NODES = "patch nodes";

  private ApiFindings() {}

  /**
   * @param byClass whether Services are served, and only those of our class
   */
  static List<CheckView> of(KubernetesConfig config, boolean byClass, ClusterCheck.Result asked) {
    List<CheckView> checks = new ArrayList<>();
    boolean answers = asked.problem().isEmpty();
    checks.add(
        answers
            ? CheckView.ok(
                "api", "%s %s answers".formatted(asked.server(), asked.version()).strip())
            : CheckView.fail(
                "api",
                "the API server%s cannot be asked: %s"
                    .formatted(
                        asked.server().isEmpty() ? "" : " " + asked.server(), asked.problem()),
                "check the kubeconfig "
                    + config.kubeconfig()
                    + " from this host; config/kubernetes/README.md says how to make one"));
    if (byClass) {
      classDropped(asked.version()).ifPresent(checks::add);
    }
    asked.clockAhead().map(ApiFindings::clock).ifPresent(checks::add);
    Instant now = Instant.now();
    asked.token().map(token -> token(token, config, now)).ifPresent(checks::add);
    asked.certificates().forEach(one -> checks.add(certificate(one, config, now)));
    if (answers) {
      checks.addAll(rights(config, asked));
    }
    return checks;
  }

  /** Where no Service can have a class, none is ours by its class. */
  static Optional<CheckView> classDropped(String version) {
    Matcher minor = OF_KUBERNETES_1.matcher(version);
    boolean dropped =
        minor.lookingAt() && Integer.parseInt(minor.group(1)) < FIRST_MINOR_WITH_CLASS;
    return dropped
        ? Optional.of(
            CheckView.warn(
                "class",
                "the API server %s drops spec.loadBalancerClass (Kubernetes before 1.22): no Service is of our class"
                    .formatted(version),
                "set load-balancer.default-class = true, with no other controller for such Services,"
                    + " or upgrade the cluster"))
        : Optional.empty();
  }

  /** A tenth of its life, at most a month, and of a CA a quarter: that takes longer to exchange. */
  static CheckView certificate(Certificate certificate, KubernetesConfig config, Instant now) {
    String whose =
        switch (certificate.role()) {
          case CLIENT -> "the client certificate";
          case AUTHORITY -> "the certificate-authority";
          case SERVER -> "the API server's certificate";
        };
    String advice =
        switch (certificate.role()) {
          case CLIENT -> "put a new one into " + config.kubeconfig() + TAKEN_UP;
          case AUTHORITY ->
              "put the cluster's new CA beside the old one into " + config.kubeconfig() + TAKEN_UP;
          case SERVER -> "on the control plane: kubeadm certs renew apiserver, or as it was made";
        };
    Duration most = certificate.role() == Role.AUTHORITY ? AUTHORITY_NOTICE : CERTIFICATE_NOTICE;
    Duration notice = notice(certificate.begins(), certificate.expires(), most);
    if (certificate.begins().isAfter(now)) {
      return CheckView.fail(
          "certificate",
          whose + " is good only from " + certificate.begins(),
          "see the row clock: a host whose clock is behind believes so");
    }
    Duration left = Duration.between(now, certificate.expires());
    if (left.isNegative()) {
      return CheckView.fail("certificate", whose + " expired at " + certificate.expires(), advice);
    }
    return left.compareTo(notice) < 0
        ? CheckView.warn("certificate", whose + " expires at " + certificate.expires(), advice)
        : CheckView.ok("certificate", whose + " is good until " + certificate.expires());
  }

  /** A tenth of its life. */
  private static Duration notice(Instant begins, Instant expires, Duration most) {
    Duration tenth = Duration.between(begins, expires).dividedBy(10);
    return tenth.compareTo(most) < 0 ? tenth : most;
  }

  private static CheckView clock(Duration ahead) {
    if (ahead.abs().compareTo(WORST_CLOCK) <= 0) {
      return CheckView.ok("clock", "agrees with the API server's");
    }
    return CheckView.warn(
        "clock",
        "the API server's clock is %d s %s this host's: tokens and certificates may seem expired"
            .formatted(ahead.abs().toSeconds(), ahead.isNegative() ? "behind" : "ahead of"),
        "synchronise both clocks; see timedatectl and chronyc tracking");
  }

  /** A short-lived token is renewed by somebody: a day's notice would be always too late for it. */
  static CheckView token(Token token, KubernetesConfig config, Instant now) {
    Duration left = Duration.between(now, token.expires());
    Duration notice = notice(token.issued(), token.expires(), TOKEN_NOTICE);
    String advice =
        "put a new token into "
            + config.kubeconfig()
            + " (kubectl -n headgate create token headgate --duration=720h)"
            + TAKEN_UP;
    if (left.isNegative()) {
      return CheckView.fail("token", "expired at " + token.expires(), advice);
    }
    return left.compareTo(notice) < 0
        ? CheckView.warn("token", "expires at " + token.expires(), advice)
        : CheckView.ok("token", "good until " + token.expires());
  }

  private static List<CheckView> rights(KubernetesConfig config, ClusterCheck.Result asked) {
    List<CheckView> checks = new ArrayList<>();
    for (Right right : asked.denied()) {
      checks.add(
          CheckView.fail(
              "rights",
              "the account may not %s: %s".formatted(right, consequence(right)),
              "kubectl apply -f config/kubernetes/%s, or add the rule %s; then: kubectl auth can-i %s --as=%s"
                  .formatted(manifest(config, right), right.rule(), right.canI(), ACCOUNT)));
    }
    asked
        .unanswered()
        .forEach(why ->
            checks.add(
                CheckView.warn(
                    "rights",
                    "not found out whether the account may " + why,
                    "every account may ask by the ClusterRole system:basic-user: is it bound?")));
    if (checks.isEmpty()) {
      checks.add(
          CheckView.ok(
              "rights",
              "the account has all %d rights that this configuration needs"
                  .formatted(asked.granted().size())));
    }
    return checks;
  }

  private static String manifest(KubernetesConfig config, Right right) {
    if (right.group().equals("metallb.io")) {
      return "metallb.yaml";
    }
    if (right.resource().equals("namespaces")) {
      return "namespaces.yaml";
    }
    if (right.toString().equals(ON_NODES)) {
      return "node-connections.yaml";
    }
    return config.namespaces().isEmpty() ? "rbac.yaml" : "namespaced.yaml";
  }

  private static String consequence(Right right) {
    if (right.toString().equals(ON_NODES)) {
      return "nodes that drain do not say how many connections they have";
    }
    return switch (right.resource()) {
      case "leases" -> "no edge is chosen to write, so Services get no address and no status";
      case "ipaddresspools" -> "MetalLB's pools are not seen, and nothing is given out of them";
      case "l2advertisements" -> "not told which of MetalLB's pools it would not announce";
      case "namespaces" -> "pools with namespace selectors serve no Service";
      case "events" -> "nobody sees in kubectl describe what is wrong with a Service";
      default ->
          right.subresource().isEmpty()
              ? "changes of the cluster are not seen"
              : "EXTERNAL-IP of Services stays <pending>";
    };
  }
}
