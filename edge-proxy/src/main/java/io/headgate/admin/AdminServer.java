package io.headgate.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two doors through which a running edge is asked and told: HTTP/1.1 on a Unix socket, and the
 * same for reading only on a loopback port.
 *
 * <p>Connections live on one event loop of its own, so that no one who asks can take time from the
 * relay; every request is answered on a virtual thread. The fields belong to the thread that starts
 * and closes.
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
  private static final int BACKLOG = 64;

  private final Edge edge;
  private final SocketFile socket;
  private final Optional<InetSocketAddress> http;
  private final AdminLimits limits;
  private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private @Nullable EventLoopGroup loop;
  private @Nullable ExecutorService requests;
  private @Nullable Channel httpDoor;

  /**
   * @param http a loopback address; port 0 for any
   */
  public AdminServer(Edge edge, Path socket, Optional<InetSocketAddress> http) {
    this(edge, socket, http, AdminLimits.DEFAULT);
  }

  AdminServer(Edge edge, Path socket, Optional<InetSocketAddress> http, AdminLimits limits) {
    if (http.isPresent()
        && (http.get().isUnresolved() || !http.get().getAddress().isLoopbackAddress())) {
      throw new IllegalArgumentException(
          "admin.http %s is not a loopback address".formatted(http.get()));
    }
    this.edge = edge;
    this.socket = new SocketFile(socket);
    this.http = http;
    this.limits = limits;
  }

  /** Opens both doors, or none and says why. */
  public void start() throws IOException {
    loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("admin", true), NioIoHandler.newFactory());
    requests = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
    try {
      if (http.isPresent()) {
        httpDoor = openHttp(loop, requests, http.get());
      }
      openSocket(loop, requests);
    } catch (IOException cause) {
      close();
      throw cause;
    }
    LOG.info(
        "admin on {}{}",
        socket.path(),
        httpAddress().map(address -> " and http:/" + address).orElse(""));
  }

  /** Where the page is, once started. */
  public Optional<InetSocketAddress> httpAddress() {
    return httpDoor == null
        ? Optional.empty()
        : Optional.of((InetSocketAddress) httpDoor.localAddress());
  }

  /** Closes both doors and what has come in, within two seconds; takes the socket's file away. */
  @Override
  public void close() {
    open.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    httpDoor = null;
    if (requests != null) {
      requests.shutdownNow();
      requests = null;
    }
    if (loop != null) {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
      loop = null;
    }
  }

  private void openSocket(EventLoopGroup group, ExecutorService executor) throws IOException {
    socket.clear();
    Door door = new Door(edge, executor, limits, open, _ -> new Gate.Socket());
    bind(
        group,
        NioServerDomainSocketChannel.class,
        door,
        UnixDomainSocketAddress.of(socket.path()),
        "admin.socket");
    socket.protect();
  }

  private Channel openHttp(
      EventLoopGroup group, ExecutorService executor, InetSocketAddress address)
      throws IOException {
    Door door =
        new Door(
            edge,
            executor,
            limits,
            open,
            channel -> new Gate.Loopback((InetSocketAddress) channel.localAddress()));
    return bind(group, NioServerSocketChannel.class, door, address, "admin.http");
  }

  private Channel bind(
      EventLoopGroup group,
      Class<? extends ServerChannel> type,
      Door door,
      SocketAddress address,
      String setting)
      throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(group)
            .channel(type)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childHandler(door)
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "%s %s: %s".formatted(setting, address, bound.cause().getMessage()), bound.cause());
    }
    open.add(bound.channel());
    return bound.channel();
  }
}
