package io.headgate.realapi;

import static io.headgate.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headgate.testing.Command;
import io.headgate.testing.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real etcd and kube-apiserver on 127.0.0.1 with RBAC, bound tokens and an audit log, all of them
 * on ports and in a directory of their own that go with it. There is no kube-controller-manager, no
 * kube-proxy and no kubelet: EndpointSlices, Nodes and namespaces are the test's to make.
 *
 * <p>A server older than 1.21 knows no discovery.k8s.io/v1; there EndpointSlices are of a
 * CustomResourceDefinition.
 *
 * <p>For one thread.
 */
public final class ControlPlane implements AutoCloseable {
  private static final Duration UNTIL_READY = Duration.ofMinutes(2);
  private static final int FIRST_WITH_SLICES = 21;
  private static final int FIRST_WITH_BOTH_FAMILIES = 23;

  private final Programs programs;
  private final Path directory = Files.createTempDirectory("headgate-real-api-");
  private final int etcdPort = Ports.free("127.0.0.1").getPort();
  private final int port = Ports.free("127.0.0.1").getPort();
  private final HttpClient http = HttpClient.newHttpClient();
  private @Nullable Process etcd;
  private @Nullable Process apiServer;
  private @Nullable Administrator administrator;

  private ControlPlane(Programs programs) throws IOException {
    this.programs = programs;
  }

  /** Starts both, and returns when the API server is ready. */
  public static ControlPlane start() throws IOException, InterruptedException {
    ControlPlane plane = new ControlPlane(Programs.found());
    try {
      plane.begin();
      return plane;
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      plane.close();
      throw e;
    }
  }

  private void begin() throws IOException, InterruptedException {
    write("etcd.yaml", etcdConfiguration());
    write("audit-policy.yaml", AUDIT_POLICY);
    write("tokens.csv", Administrator.TOKEN + ",admin,admin,\"system:masters\"\n");
    write("service-account.pem", key());
    startEtcd();
    startApiServer();
    if (!knowsSlices()) {
      admin().apply(SLICES);
      admin().awaitServed("/apis/discovery.k8s.io/v1/endpointslices");
    }
  }

  private boolean knowsSlices() {
    return programs.minor() >= FIRST_WITH_SLICES;
  }

  /** Of the server's version: 20 of 1.20. */
  public int minor() {
    return programs.minor();
  }

  /** An address of each family for Services. */
  public boolean knowsBothFamilies() {
    return programs.minor() >= FIRST_WITH_BOTH_FAMILIES;
  }

  /** Whether it keeps {@code spec.loadBalancerClass}; otherwise it drops it without a word. */
  public boolean keepsClass() {
    return programs.minor() >= 22;
  }

  /** Whether it keeps {@code status.loadBalancer.ingress[].ipMode}. */
  public boolean keepsIpMode() {
    return programs.minor() >= 30;
  }

  public String url() {
    return "https://127.0.0.1:" + port;
  }

  public Administrator admin() {
    if (administrator == null) {
      administrator = new Administrator(url(), certificate());
    }
    return administrator;
  }

  /** A kubeconfig with this token. */
  public String kubeconfig(String token) {
    return kubeconfigWith("token: \"" + token + "\"");
  }

  /** A kubeconfig that names a file with the token. */
  public String kubeconfig(Path tokenFile) {
    return kubeconfigWith("tokenFile: \"" + tokenFile + "\"");
  }

  private String kubeconfigWith(String credential) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: real
      cluster: {server: "%s", certificate-authority: "%s"}
    users:
    - name: headgate
      user: {%s}
    contexts:
    - name: real
      context: {cluster: real, user: headgate}
    current-context: real
    """
        .formatted(url(), certificate(), credential);
  }

  /** All requests of accounts of the namespace {@code headgate} so far, with their decision. */
  public List<AuditedCall> audited() {
    ObjectMapper mapper = new ObjectMapper();
    try {
      List<AuditedCall> calls = new ArrayList<>();
      for (String line : Files.readAllLines(directory.resolve("audit.log"))) {
        if (line.endsWith("}")) { // the last one may be half written
          AuditedCall.of(mapper.readTree(line)).ifPresent(calls::add);
        }
      }
      return calls;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends the API server as a crash does; etcd goes on. */
  public void killApiServer() throws InterruptedException {
    end(apiServer, true);
  }

  /** Ends it as systemd does; watches are closed in an orderly way. */
  public void stopApiServer() throws InterruptedException {
    end(apiServer, false);
  }

  /** Stops the API server where it stands, with its connections open: SIGSTOP. */
  public void freezeApiServer() {
    Command.run("kill", "-STOP", Long.toString(started(apiServer).pid()));
  }

  /** After {@link #freezeApiServer}. */
  public void thawApiServer() {
    Command.run("kill", "-CONT", Long.toString(started(apiServer).pid()));
  }

  /** Forgets in etcd all that was before now. */
  public void compact() throws IOException, InterruptedException {
    String revision =
        etcd("range", "{\"key\":\"AA==\"}").at("/header/revision").asText(); // as text: an int64
    etcd("compaction", "{\"revision\":\"" + revision + "\",\"physical\":true}");
  }

  /**
   * Lets etcd be what it was when {@code during} began, as after a restored backup. The API server
   * is down meanwhile.
   */
  public void restoreAfter(Runnable during) throws IOException, InterruptedException {
    Path backup = directory.resolve("backup");
    end(etcd, false);
    Command.run("cp", "-a", directory.resolve("etcd").toString(), backup.toString());
    startEtcd();
    awaitReady();
    during.run();
    end(apiServer, true);
    end(etcd, true);
    Command.run("rm", "-r", directory.resolve("etcd").toString());
    Command.run("mv", backup.toString(), directory.resolve("etcd").toString());
    startEtcd();
    startApiServer();
  }

  private ObjectNode etcd(String call, String body) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/v3/kv/%s".formatted(etcdPort, call)))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    return (ObjectNode) new ObjectMapper().readTree(answer);
  }

  private void startEtcd() throws IOException {
    etcd = started("etcd", List.of(programs.etcd().toString(), "--config-file", file("etcd.yaml")));
    eventually(
        UNTIL_READY,
        () -> {
          alive(etcd, "etcd");
          var health = URI.create("http://127.0.0.1:%d/health".formatted(etcdPort));
          http.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.discarding());
        });
  }

  /**
   * On the port it always has; returns when it is ready.
   *
   * @param more arguments
   */
  public void startApiServer(String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of(programs.apiServer().toString()));
    command.addAll(
        List.of(
            "--etcd-servers=http://127.0.0.1:" + etcdPort,
            "--etcd-compaction-interval=0",
            "--bind-address=127.0.0.1",
            "--secure-port=" + port,
            "--advertise-address=192.0.2.1",
            "--endpoint-reconciler-type=none",
            "--cert-dir=" + file("certificates"),
            "--token-auth-file=" + file("tokens.csv"),
            "--authorization-mode=RBAC",
            "--anonymous-auth=false",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-account-key-file=" + file("service-account.pem"),
            "--service-account-signing-key-file=" + file("service-account.pem"),
            "--service-cluster-ip-range="
                + (knowsBothFamilies() ? "10.96.0.0/16,fd00:10:96::/108" : "10.96.0.0/16"),
            "--audit-policy-file=" + file("audit-policy.yaml"),
            "--audit-log-path=" + file("audit.log"),
            "--audit-log-mode=blocking"));
    if (!knowsSlices()) {
      command.add(
          "--runtime-config=discovery.k8s.io/v1beta1=false,discovery.k8s.io/v1alpha1=false");
    }
    command.addAll(List.of(more));
    apiServer = started("kube-apiserver", command);
    awaitReady();
  }

  private void awaitReady() {
    eventually(
        UNTIL_READY,
        () -> {
          alive(apiServer, "kube-apiserver");
          if (!Files.exists(certificate())) {
            throw new IOException("no certificate yet");
          }
          admin().ready();
        });
  }

  private Process started(String name, List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()))
        .start();
  }

  private static Process started(@Nullable Process process) {
    if (process == null) {
      throw new IllegalStateException("not started");
    }
    return process;
  }

  private void alive(@Nullable Process process, String name) throws IOException {
    if (!started(process).isAlive()) {
      String log = Files.readString(directory.resolve(name + ".log"));
      throw new IOException(
          name + " has ended: " + log.substring(Math.max(0, log.length() - 2_000)));
    }
  }

  private static void end(@Nullable Process process, boolean atOnce) throws InterruptedException {
    if (process == null) {
      return;
    }
    if (!atOnce) {
      process.destroy();
      if (process.waitFor(20, TimeUnit.SECONDS)) {
        return;
      }
    }
    process.destroyForcibly();
    process.waitFor();
  }

  /** The one that the server has made for itself; it is its own authority. */
  private Path certificate() {
    return directory.resolve("certificates/apiserver.crt");
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private String etcdConfiguration() {
    int peerPort = Ports.free("127.0.0.1").getPort();
    return """
    name: real
    data-dir: %1$s
    listen-client-urls: http://127.0.0.1:%2$d
    advertise-client-urls: http://127.0.0.1:%2$d
    listen-peer-urls: http://127.0.0.1:%3$d
    initial-advertise-peer-urls: http://127.0.0.1:%3$d
    initial-cluster: real=http://127.0.0.1:%3$d
    unsafe-no-fsync: true
    enable-grpc-gateway: true
    logger: zap
    log-level: warn
    """
        .formatted(file("etcd"), etcdPort, peerPort);
  }

  /** With which the server signs the tokens of service accounts. */
  private static String key() {
    try {
      var pair = KeyPairGenerator.getInstance("RSA");
      pair.initialize(2048);
      String base64 =
          Base64.getMimeEncoder(64, "\n".getBytes(UTF_8))
              .encodeToString(pair.generateKeyPair().getPrivate().getEncoded());
      return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    try {
      end(apiServer, true);
      end(etcd, true);
      http.close();
      Optional.ofNullable(administrator).ifPresent(Administrator::close);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static final String AUDIT_POLICY =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
      - level: Metadata
        userGroups: ["system:serviceaccounts:headgate"]
      - level: None
      """;

  /** As much of an EndpointSlice as the old server needs to know in order to keep all of it. */
  private static final String SLICES =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: endpointslices.discovery.k8s.io
        annotations:
          api-approved.kubernetes.io: "unapproved, for a test"
      spec:
        group: discovery.k8s.io
        scope: Namespaced
        names: {kind: EndpointSlice, listKind: EndpointSliceList, plural: endpointslices, singular: endpointslice}
        versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
      """;
}
