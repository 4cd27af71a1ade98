package io.headgate.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A small Kubernetes API server on 127.0.0.1, in plain HTTP: GET, LIST and WATCH (chunked lines and
 * WebSocket) of Services, Nodes, EndpointSlices, Namespaces, Events and Leases, changed from Java,
 * and of MetalLB's resources after {@link #defineMetalLb}; the status of Services, Events and
 * Leases can be written over HTTP too. {@link #faults()} and the methods on watches make it
 * misbehave.
 *
 * <p>Otherwise than a real one it
 *
 * <ul>
 *   <li>serves eight resources, no discovery, no DELETE, no other answer formats (protobuf, Table,
 *       metadata only), no HTTP/2, no TLS;
 *   <li>makes no namespace by itself, and lets objects be in one that it does not know;
 *   <li>takes objects as they are: no defaults (node ports, cluster addresses, managedFields), no
 *       validation (a real one refuses loopback addresses in externalIPs and EndpointSlices), no
 *       admission, no finalizers; a deleted object is gone at once; what is written over HTTP is
 *       held to the little that {@link Writes} says;
 *   <li>knows no RBAC, only a token that opens everything, and what {@link Faults#deny} says; it
 *       answers a SelfSubjectAccessReview by that, while a real one answers 403 to everybody in the
 *       first seconds after its start;
 *   <li>ignores labelSelector, fieldSelector, resourceVersionMatch and sendInitialEvents, and
 *       answers a LIST always with the newest;
 *   <li>serves the later pages of a paged LIST as they are by then, not as at the first page;
 *   <li>keeps the last 1000 changes of all resources together for a watch to resume from;
 *   <li>answers a WATCH from a future resourceVersion with 504 at once, not after three seconds;
 *   <li>sends bookmarks every second, also of what is idle, not about every minute.
 * </ul>
 *
 * <p>All methods may be called from any thread; the sockets belong to one event loop.
 */
public final class ApiServer implements AutoCloseable {
  private static final int LARGEST_REQUEST_BYTES = 64 * 1024;

  private final ObjectStore store = new ObjectStore();
  private final Faults faults = new Faults();
  private final Watches watches = new Watches(store, faults);
  private final Set<ApiCall> calls = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> requests = new ConcurrentHashMap<>();
  private volatile String token = "";
  private volatile boolean metalLbDefined;
  private volatile int port;
  private @Nullable Listening listening;

  private record Listening(EventLoopGroup loop, Channel server, ChannelGroup clients) {}

  /**
   * Listens on 127.0.0.1.
   *
   * @param wantedPort 0 for any free one
   * @throws IOException the port cannot be had
   */
  public synchronized void start(int wantedPort) throws IOException {
    if (listening != null) {
      throw new IllegalStateException("already started");
    }
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("apiserver", true), NioIoHandler.newFactory());
    ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    var bound =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(new Connections(clients))
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw new IOException("cannot listen on 127.0.0.1:" + wantedPort, bound.cause());
    }
    port = ((InetSocketAddress) bound.channel().localAddress()).getPort();
    listening = new Listening(loop, bound.channel(), clients);
  }

  /** Closes the port and every connection; the objects stay for another {@link #start}. */
  public synchronized void stop() {
    Listening now = listening;
    listening = null;
    if (now != null) {
      now.server.close().awaitUninterruptibly();
      now.clients.close().awaitUninterruptibly();
      now.loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  @Override
  public void close() {
    stop();
  }

  /** The port of the last {@link #start}. */
  public int port() {
    return port;
  }

  /** {@code http://127.0.0.1:PORT}. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** A kubeconfig (YAML) for this server and its token. */
  public String kubeconfig() {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: demo
      cluster: {server: "%s"}
    users:
    - name: demo
      user: {token: "%s"}
    contexts:
    - name: demo
      context: {cluster: demo, user: demo}
    current-context: demo
    """
        .formatted(url(), token);
  }

  /** From now on only requests with this bearer token are let in; empty for all. */
  public void requireToken(String bearerToken) {
    token = bearerToken;
  }

  /**
   * Creates or replaces an object; fills in kind, apiVersion, resourceVersion and uid.
   *
   * @param object needs {@code metadata.name}, and a namespace where the resource has them
   * @return as stored
   */
  public ObjectNode put(ApiResource resource, ObjectNode object) {
    return store.put(resource, object);
  }

  /**
   * Deletes an object; false where there is none.
   *
   * @param namespace empty for a Node
   */
  public boolean delete(ApiResource resource, String namespace, String name) {
    return store.delete(resource, namespace, name);
  }

  /** All objects of a kind, as they are now. */
  public List<ObjectNode> objects(ApiResource resource) {
    return store.list(resource, "", "", 0).items().stream().map(ObjectNode::deepCopy).toList();
  }

  /** Makes MetalLB's CustomResourceDefinitions: until then its resources are answered with 404. */
  public void defineMetalLb() {
    metalLbDefined = true;
  }

  /** Takes them away again, with every object of theirs. */
  public void dropMetalLb() {
    for (ApiResource resource : ApiResource.values()) {
      if (resource.custom()) {
        for (ObjectNode object : objects(resource)) {
          JsonNode metadata = object.path("metadata");
          delete(resource, metadata.path("namespace").asText(), metadata.path("name").asText());
        }
      }
    }
    metalLbDefined = false;
    watches.each(watch -> {
      if (watch.resource().custom()) {
        watch.end();
      }
    });
  }

  /** Forgets what has changed so far: a watch from an earlier resourceVersion gets 410 Expired. */
  public void compact() {
    store.compact();
  }

  /** Counts resourceVersions on from {@code version}, as after a restored backup of etcd. */
  public void rewindTo(long version) {
    store.rewindTo(version);
  }

  /** What goes wrong from now on. */
  public Faults faults() {
    return faults;
  }

  /** How many watches are open. */
  public int watches() {
    return watches.count();
  }

  /**
   * How many requests of this kind came with a good token, those answered with a fault included.
   */
  public long requests(ApiVerb verb, ApiResource resource) {
    return requests.getOrDefault(verb + " " + resource, 0L);
  }

  /** All that was ever asked with a good token, each once. */
  public Set<ApiCall> calls() {
    return Set.copyOf(calls);
  }

  /** Ends every watch in an orderly way; returns how many. */
  public int closeWatches() {
    return watches.each(WatchConnection::end);
  }

  /** Sends half an event on every watch and closes the connection; returns how many. */
  public int cutWatches() {
    return watches.each(WatchConnection::cut);
  }

  /** Ends every watch with an ERROR event that carries this Status; returns how many. */
  public int failWatches(int code, String reason) {
    return watches.each(watch -> watch.fail(Json.failure(code, reason, "as the test wants")));
  }

  /** Sends this text as an event on every watch; returns how many. */
  public int sendToWatches(String text) {
    return watches.each(watch -> watch.write(text));
  }

  /**
   * From now on nothing is read from or written to the connections that exist, and none is closed,
   * as when a firewall has forgotten them. New ones work.
   */
  public void freezeConnections() {
    Listening now;
    synchronized (this) {
      now = listening;
    }
    if (now != null) {
      now.clients.forEach(channel ->
          channel
              .eventLoop()
              .execute(() -> {
                channel.config().setAutoRead(false);
                channel.pipeline().addFirst(new Frozen());
              }));
    }
  }

  private boolean authorized(String header) {
    return token.isEmpty() || header.equals("Bearer " + token);
  }

  private boolean defined(ApiResource resource) {
    return !resource.custom() || metalLbDefined;
  }

  private void count(ApiRequest request) {
    calls.add(request.call());
    requests.merge(request.verb() + " " + request.resource(), 1L, Long::sum);
  }

  /** Prepares each accepted connection. */
  private final class Connections extends ChannelInitializer<SocketChannel> {
    private final ChannelGroup clients;

    Connections(ChannelGroup clients) {
      this.clients = clients;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      clients.add(channel);
      channel
          .pipeline()
          .addLast(
              new HttpServerCodec(),
              new HttpObjectAggregator(LARGEST_REQUEST_BYTES),
              new RequestHandler(
                  ApiServer.this::authorized,
                  ApiServer.this::defined,
                  ApiServer.this::count,
                  store,
                  watches,
                  faults));
    }
  }
}
