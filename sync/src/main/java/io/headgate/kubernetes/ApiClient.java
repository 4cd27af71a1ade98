package io.headgate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientImpl;
import io.headgate.kubernetes.Servers.Round;
import io.headgate.kubernetes.Servers.Server;
import java.io.EOFException;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.X509TrustManager;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * LIST and WATCH, and reading and writing of single objects, over HTTP, for any thread. fabric8
 * makes the OkHttp client (TLS, certificates, proxy, pings); requests are made on OkHttp itself,
 * because fabric8's own watch hides what we must know: status codes, Retry-After, and whether it
 * reconnects meanwhile.
 *
 * <p>Where the cluster has several API servers, each request goes to one after the other until one
 * answers, as {@link Servers} says.
 */
final class ApiClient implements AutoCloseable {
  private static final Duration LONGEST_LIST = Duration.ofMinutes(5);
  private static final Duration LONGEST_EXCHANGE = Duration.ofSeconds(5);
  private static final MediaType JSON = MediaType.get("application/json");
  private static final MediaType MERGE_PATCH = MediaType.get("application/merge-patch+json");
  private static final MediaType STRATEGIC_MERGE =
      MediaType.get("application/strategic-merge-patch+json");
  private static final long LARGEST_STATUS_BYTES = 64 * 1024;

  private final OkHttpClient http;
  private final OkHttpClient hasty;
  private final Servers servers;
  private final String authorization;
  private final WatchSettings settings;

  private ApiClient(
      OkHttpClient http, Servers servers, String authorization, WatchSettings settings) {
    this.http = http;
    this.hasty = http.newBuilder().readTimeout(settings.impatience()).build();
    this.servers = servers;
    this.authorization = authorization;
    this.settings = settings;
  }

  /** What a list came to. */
  sealed interface Listing {
    /** All objects; {@code version} is where a watch goes on. */
    record All(String version, Map<String, Item> items, Map<String, String> versions)
        implements Listing {}

    record Failed(Failure failure) implements Listing {}
  }

  /** What a request for one object came to. */
  sealed interface Answer {
    /** The object as it is now. */
    record Done(JsonNode object) implements Answer {}

    record Failed(Failure failure) implements Answer {}
  }

  /**
   * @param begin the server to begin with, if it is one of the kubeconfig's
   * @throws UnusableKubeconfigException its certificates or its URL cannot be used
   */
  static ApiClient of(Kubeconfig kubeconfig, String begin, WatchSettings settings)
      throws UnusableKubeconfigException {
    var config = kubeconfig.config();
    config.setWebsocketPingInterval(settings.ping(kubeconfig.servers().size()).toMillis());
    Servers servers = new Servers(servers(kubeconfig), begin);
    try {
      HttpClient.Builder builder = new OkHttpClientFactory().newBuilder(config);
      OkHttpClient http =
          ((OkHttpClientImpl) builder.build())
              .getOkHttpClient()
              .newBuilder()
              .followRedirects(false)
              .followSslRedirects(false)
              .connectTimeout(settings.connectTimeout())
              .readTimeout(settings.silence())
              .writeTimeout(settings.silence())
              .build();
      return new ApiClient(
          expecting(kubeconfig.tlsServerName(), http),
          servers,
          kubeconfig.authorization(),
          settings);
    } catch (RuntimeException e) {
      throw new UnusableKubeconfigException(
          "the certificates or the proxy for %s cannot be used (%s)"
              .formatted(kubeconfig, e.getClass().getSimpleName()));
    }
  }

  private static List<Server> servers(Kubeconfig kubeconfig) throws UnusableKubeconfigException {
    List<Server> servers = new ArrayList<>();
    for (String written : kubeconfig.servers()) {
      HttpUrl base = HttpUrl.parse(written);
      if (base == null) {
        throw new UnusableKubeconfigException("no URL: " + written);
      }
      servers.add(new Server(written, base));
    }
    return servers;
  }

  /** The client that asks for, and takes, the certificate of this name only; empty as it is. */
  private static OkHttpClient expecting(String name, OkHttpClient http) {
    X509TrustManager trust = http.x509TrustManager();
    if (name.isEmpty() || trust == null) {
      return http;
    }
    HostnameVerifier verifier = http.hostnameVerifier();
    return http.newBuilder()
        .sslSocketFactory(new NamedTls(http.sslSocketFactory(), name), trust)
        .hostnameVerifier((_, session) -> verifier.verify(name, session))
        .build();
  }

  /** The URL of the server in use, as the operator wrote it. */
  String server() {
    return servers.first().written();
  }

  /** A watch has heard nothing from the server any more, not even the answer to a ping. */
  void leave(Server server, Failure failure) {
    servers.leave(server, failure.text());
  }

  /** All objects, page by page, within the limits of a {@link PagedList}. */
  Listing list(Update.Source source) {
    Round round = servers.round();
    while (true) {
      Listing listing =
          PagedList.of(
              source.resource(),
              (most, next) -> page(round, source, most, next),
              settings.pageSize(),
              PagedList.Limits.DEFAULT);
      switch (listing) {
        case Listing.All all -> {
          round.another(Optional.empty());
          return all;
        }
        case Listing.Failed(var failure) -> {
          Failure named = round.named(failure);
          if (!round.another(Optional.of(failure))) {
            return new Listing.Failed(named);
          }
        }
      }
    }
  }

  /** Opens a watch; WebSocket first, lines of one long answer where that is refused. */
  WatchStream watch(Update.Source source, String version, Duration lifetime)
      throws InterruptedException {
    Round round = servers.round();
    while (true) {
      WatchStream stream = watch(round, source, version, lifetime);
      if (!round.another(stream.refusal())) {
        return stream;
      }
      stream.close();
    }
  }

  private WatchStream watch(Round round, Update.Source source, String version, Duration lifetime)
      throws InterruptedException {
    OkHttpClient client = patientAs(round);
    Duration patience =
        settings.connectTimeout().plus(Duration.ofMillis(client.readTimeoutMillis()));
    Server server = round.server();
    WatchStream webSocket =
        WatchStream.webSocket(client, watchRequest(server, source, version, lifetime), server);
    Optional<Failure> refusal = webSocket.opened(patience);
    if (refusal.isEmpty() || !mayLackWebSocket(refusal.get().code())) {
      return webSocket;
    }
    webSocket.close();
    Duration shorter =
        lifetime.compareTo(settings.linesLifetime()) < 0 ? lifetime : settings.linesLifetime();
    OkHttpClient patient = http.newBuilder().readTimeout(shorter.plus(settings.silence())).build();
    WatchStream lines =
        WatchStream.lines(patient, watchRequest(server, source, version, shorter), server);
    lines.opened(patience);
    return lines;
  }

  /** Where another server is left to ask, this one is not waited for as long. */
  private OkHttpClient patientAs(Round round) {
    return round.last() ? http : hasty;
  }

  /** GET of one object. */
  Answer read(String path) {
    return exchange(path, new Request.Builder().get());
  }

  /** POST to the path of a resource. */
  Answer create(String path, JsonNode object) {
    return exchange(path, new Request.Builder().post(RequestBody.create(object.toString(), JSON)));
  }

  /** PUT of a whole object. */
  Answer update(String path, JsonNode object) {
    return exchange(path, new Request.Builder().put(RequestBody.create(object.toString(), JSON)));
  }

  /** PATCH with a strategic merge patch, which only types of Kubernetes itself can take. */
  Answer mergeStrategically(String path, JsonNode patch) {
    return exchange(
        path, new Request.Builder().patch(RequestBody.create(patch.toString(), STRATEGIC_MERGE)));
  }

  /** PATCH with a JSON merge patch (RFC 7396). */
  Answer patch(String path, JsonNode patch) {
    return exchange(
        path, new Request.Builder().patch(RequestBody.create(patch.toString(), MERGE_PATCH)));
  }

  /** POST of a review: a question that has its answer under {@code status} and is kept nowhere. */
  Answer review(String path, JsonNode review) {
    return exchange(
        path, new Request.Builder().post(RequestBody.create(review.toString(), JSON)), "status");
  }

  /**
   * What a server says of itself.
   *
   * @param problem why it does not; empty where it answers
   * @param version empty where it does not say
   * @param clockAhead how far its clock is ahead of ours, to a second; empty where it does not say
   * @param certificate that it has shown; empty where it shows none
   */
  record Greeting(
      String problem,
      String version,
      Optional<Duration> clockAhead,
      Optional<X509Certificate> certificate) {}

  /** Asks for the version. A server that keeps it to itself is there all the same. */
  Greeting greet() {
    Round round = servers.round();
    while (true) {
      Greeting greeting = greet(round.server());
      Optional<Failure> failure =
          Optional.of(greeting.problem()).filter(text -> !text.isEmpty()).map(Failure::of);
      if (!round.another(failure)) {
        return greeting;
      }
    }
  }

  private Greeting greet(Server server) {
    HttpUrl url = server.base().newBuilder().addPathSegments("version").build();
    var call = http.newCall(identified(server, new Request.Builder().url(url)));
    call.timeout().timeout(LONGEST_EXCHANGE.toNanos(), TimeUnit.NANOSECONDS);
    Instant asked = Instant.now();
    try (Response response = call.execute()) {
      Duration took = Duration.between(asked, Instant.now());
      Optional<Duration> ahead =
          Optional.ofNullable(response.headers().getInstant("Date"))
              .map(date -> Duration.between(asked.plus(took.dividedBy(2)), date.plusMillis(500)));
      Optional<X509Certificate> certificate = certificate(response);
      if (response.code() == 401) {
        return new Greeting(failure(response).text(), "", ahead, certificate);
      }
      String version =
          response.isSuccessful() ? object(response).path("gitVersion").asText("") : "";
      return new Greeting("", version, ahead, certificate);
    } catch (IOException e) {
      return new Greeting(failure(e).text(), "", Optional.empty(), Optional.empty());
    }
  }

  private static Optional<X509Certificate> certificate(Response response) {
    return Optional.ofNullable(response.handshake()).stream()
        .flatMap(handshake -> handshake.peerCertificates().stream())
        .filter(X509Certificate.class::isInstance)
        .map(X509Certificate.class::cast)
        .findFirst();
  }

  private Answer exchange(String path, Request.Builder request) {
    return exchange(path, request, "metadata");
  }

  /**
   * One answer, for which is waited five seconds in all.
   *
   * @param holds what an object that is meant has
   */
  private Answer exchange(String path, Request.Builder request, String holds) {
    long endNs = System.nanoTime() + LONGEST_EXCHANGE.toNanos();
    Round round = servers.round();
    while (true) {
      long leftNs = Math.max(1, endNs - System.nanoTime());
      long patienceNs = round.last() ? leftNs : leftNs / 2;
      Answer answer = exchange(round.server(), path, request, patienceNs, holds);
      switch (answer) {
        case Answer.Done done -> {
          round.another(Optional.empty());
          return done;
        }
        case Answer.Failed(var failure) -> {
          Failure named = round.named(failure);
          if (!round.another(Optional.of(failure))) {
            return new Answer.Failed(named);
          }
        }
      }
    }
  }

  private Answer exchange(
      Server server, String path, Request.Builder request, long patienceNs, String holds) {
    HttpUrl url = server.base().newBuilder().addPathSegments(path.substring(1)).build();
    var call = http.newCall(identified(server, request.url(url)));
    call.timeout().timeout(patienceNs, TimeUnit.NANOSECONDS);
    try (Response response = call.execute()) {
      if (!response.isSuccessful()) {
        return new Answer.Failed(failure(response));
      }
      JsonNode object = object(response);
      return object.path(holds).isObject()
          ? new Answer.Done(object)
          : new Answer.Failed(Failure.of("the answer is no object of the API"));
    } catch (IOException e) {
      return new Answer.Failed(failure(e));
    }
  }

  /** No single object is longer than an event of a watch. */
  private static JsonNode object(Response response) throws IOException {
    return ApiJson.MAPPER.readTree(
        new BoundedInput(response.body().byteStream(), BoundedSockets.LARGEST_EVENT_BYTES));
  }

  /** The connections that there are may be dead; the next request takes a new one. */
  void distrustConnections() {
    http.connectionPool().evictAll();
  }

  @Override
  public void close() {
    http.dispatcher().cancelAll();
    http.connectionPool().evictAll();
    http.dispatcher().executorService().shutdown();
  }

  private Response page(Round round, Update.Source source, int most, String next)
      throws IOException {
    HttpUrl.Builder url = url(round.server(), source);
    if (most > 0) {
      url.addQueryParameter("limit", Integer.toString(most));
    }
    if (!next.isEmpty()) {
      url.addQueryParameter("continue", next);
    }
    var call = patientAs(round).newCall(request(round.server(), url));
    call.timeout().timeout(LONGEST_LIST.toNanos(), TimeUnit.NANOSECONDS);
    return call.execute();
  }

  private Request watchRequest(
      Server server, Update.Source source, String version, Duration lifetime) {
    return request(
        server,
        url(server, source)
            .addQueryParameter("watch", "true")
            .addQueryParameter("resourceVersion", version)
            .addQueryParameter("allowWatchBookmarks", "true")
            .addQueryParameter("timeoutSeconds", Long.toString(Math.max(1, lifetime.toSeconds()))));
  }

  private Request request(Server server, HttpUrl.Builder url) {
    return identified(server, new Request.Builder().url(url.build()));
  }

  private Request identified(Server server, Request.Builder request) {
    request
        .header("Accept", "application/json")
        .header(
            "Origin", origin(server.base())) // a real server answers 403 to a WebSocket without one
        .header("User-Agent", "headgate");
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return request.build();
  }

  private static String origin(HttpUrl base) {
    String url = base.toString();
    return url.substring(0, url.indexOf('/', base.scheme().length() + 3));
  }

  private static HttpUrl.Builder url(Server server, Update.Source source) {
    return server
        .base()
        .newBuilder()
        .addPathSegments(source.resource().path(source.namespace()).substring(1));
  }

  /** Answers of servers and of proxies before them that do not speak WebSocket. */
  private static boolean mayLackWebSocket(int code) {
    return switch (code) {
      case 200, 400, 403, 405, 426, 500, 501, 502, 503 -> true;
      default -> false;
    };
  }

  /** What a refusing answer says: its Status where it has one. */
  static Failure failure(Response response) {
    Duration retryAfter = retryAfter(response.header("Retry-After"));
    String text = response.code() + " " + response.message();
    try {
      String body = body(response);
      Failure status = ApiJson.failure(ApiJson.MAPPER.readTree(body));
      if (status.code() == response.code()) {
        Duration longer =
            status.retryAfter().compareTo(retryAfter) > 0 ? status.retryAfter() : retryAfter;
        return new Failure(response.code(), status.text(), longer);
      }
    } catch (IOException e) {
      // no Status, so the code alone must do
    }
    return new Failure(response.code(), text, retryAfter);
  }

  /** In words where Java has none: a server that ends is the everyday case. */
  static Failure failure(Throwable problem) {
    return Failure.of(
        problem instanceof EOFException
            ? "the server has closed the connection"
            : problem.getClass().getSimpleName() + ": " + problem.getMessage());
  }

  private static String body(Response response) throws IOException {
    try (ResponseBody body = response.peekBody(LARGEST_STATUS_BYTES)) {
      return body.string();
    }
  }

  /** Seconds; the form with a date is not used by API servers. */
  private static Duration retryAfter(@Nullable String header) {
    return header != null && header.matches("\\d{1,6}")
        ? Duration.ofSeconds(Long.parseLong(header))
        : Duration.ZERO;
  }
}
