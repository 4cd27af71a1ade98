package io.headgate.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/**
 * One node of the demo: a web server on its NodePorts that answers with the node's name, over HTTP
 * and TLS, and kube-proxy's health port for the Service. Each node has a loopback address of its
 * own, so all three have the same ports, as real nodes do.
 */
final class DemoNode implements AutoCloseable {
  static final int HTTP_NODE_PORT = 30_080;
  static final int HTTPS_NODE_PORT = 30_443;
  static final int HEALTH_NODE_PORT = 32_080;

  /** Takes a body of any size, and answers with as many bytes as the rest of the path says. */
  static final String BYTES_PATH = "/bytes/";

  private static final long STREAM_STEP_MS = 250;

  private final String name;
  private final String address;
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
  private final List<HttpServer> servers;
  private volatile boolean endpointReady = true; // the demo's thread

  /**
   * @param certificate where there is none, no client gets through a TLS handshake
   */
  DemoNode(String name, String address, Optional<X509Bundle> certificate)
      throws IOException, GeneralSecurityException {
    this.name = name;
    this.address = address;
    HttpsServer https = HttpsServer.create();
    if (certificate.isPresent()) {
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(certificate.get().toKeyManagerFactory().getKeyManagers(), null, null);
      https.setHttpsConfigurator(new HttpsConfigurator(tls));
    }
    this.servers = List.of(HttpServer.create(), https, HttpServer.create());
  }

  String name() {
    return name;
  }

  String address() {
    return address;
  }

  /** Listens and serves. */
  void start() throws IOException {
    List<Integer> ports = List.of(HTTP_NODE_PORT, HTTPS_NODE_PORT, HEALTH_NODE_PORT);
    for (int i = 0; i < servers.size(); i++) {
      var where = new InetSocketAddress(InetAddress.ofLiteral(address), ports.get(i));
      try {
        servers.get(i).bind(where, 0);
      } catch (IOException e) {
        throw new IOException("the demo needs " + where + ": " + e.getMessage(), e);
      }
      servers.get(i).setExecutor(requests);
    }
    servers.get(0).createContext("/", this::answer);
    servers.get(1).createContext("/", this::answer);
    servers.get(0).createContext("/stream", this::stream);
    servers.get(0).createContext(BYTES_PATH, DemoNode::bytes);
    servers.get(2).createContext("/healthz", this::health);
    servers.forEach(HttpServer::start);
  }

  /** Whether the node's health port says that it has a ready endpoint of the Service. */
  void endpointReady(boolean ready) {
    endpointReady = ready;
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
    requests.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    respond(exchange, 200, name + "\n");
  }

  /** A line every quarter of a second for as long as the client listens. */
  private void stream(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream body = exchange.getResponseBody()) {
      while (!Thread.currentThread().isInterrupted()) {
        body.write((name + "\n").getBytes(StandardCharsets.UTF_8));
        body.flush();
        Thread.sleep(STREAM_STEP_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void bytes(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    int length =
        Integer.parseInt(exchange.getRequestURI().getPath().substring(BYTES_PATH.length()));
    exchange.sendResponseHeaders(200, length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(new byte[length]);
    }
  }

  /** As kube-proxy answers on a Service's healthCheckNodePort. */
  private void health(HttpExchange exchange) throws IOException {
    int endpoints = endpointReady ? 1 : 0;
    respond(
        exchange,
        endpointReady ? 200 : 503,
        "{\"service\":{\"namespace\":\"demo\",\"name\":\"web\"},\"localEndpoints\":"
            + endpoints
            + ",\"serviceProxyHealthy\":true}\n");
  }

  private static void respond(HttpExchange exchange, int status, String text) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) { // by which an edge asks for a PROXY header
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
      return;
    }
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
