package io.headgate.kubernetes;

import io.headgate.kubernetes.Servers.Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okhttp3.internal.ws.RealWebSocket;
import org.jspecify.annotations.Nullable;

/**
 * What arrives on one watch, in order. OkHttp's threads fill it; one reflector reads and closes it.
 * A reader that falls behind stops the socket.
 */
final class WatchStream implements AutoCloseable {
  private static final int READ_AHEAD = 1_000;

  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>(READ_AHEAD);
  private volatile Runnable cancel = () -> {};
  private volatile IntSupplier pongs = () -> 0;
  private final BoundedSockets sockets = new BoundedSockets();
  private final Server server;
  private volatile boolean closed;
  private volatile boolean silent;
  private @Nullable Signal first;
  private Optional<Failure> refusal = Optional.empty();

  private WatchStream(Server server) {
    this.server = server;
  }

  /** What a stream tells. */
  sealed interface Signal {
    record Opened() implements Signal {}

    /** One event as it came. */
    record Text(String json) implements Signal {}

    /** The last; a failure where it was not the server's orderly end. */
    record Ended(Optional<Failure> failure) implements Signal {}
  }

  static WatchStream webSocket(OkHttpClient http, Request request, Server server) {
    var stream = new WatchStream(server);
    WebSocket socket = stream.bounded(http).newWebSocket(request, stream.new Frames());
    stream.cancel = socket::cancel;
    if (socket instanceof RealWebSocket real) { // OkHttp's only place that tells of pongs
      stream.pongs = real::receivedPongCount;
    }
    return stream;
  }

  static WatchStream lines(OkHttpClient http, Request request, Server server) {
    var stream = new WatchStream(server);
    Call call = stream.bounded(http).newCall(request);
    stream.cancel = call::cancel;
    Thread.ofVirtual().name("kubernetes-lines").start(() -> stream.read(call));
    return stream;
  }

  /** Waits until the server has answered; why the watch is refused, or empty where it is open. */
  Optional<Failure> opened(Duration patience) throws InterruptedException {
    Signal signal = signals.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    refusal =
        switch (signal) {
          case null -> Optional.of(Failure.of("no answer within " + patience.toSeconds() + " s"));
          case Signal.Opened() -> Optional.empty();
          case Signal.Text _ -> throw new IllegalStateException("an event before the answer");
          case Signal.Ended(var failure) ->
              Optional.of(failure.orElse(Failure.of("ended at once")));
        };
    first = refusal.isPresent() ? new Signal.Ended(refusal) : null;
    return refusal;
  }

  /** What {@link #opened} has found. */
  Optional<Failure> refusal() {
    return refusal;
  }

  /** Where it leads. */
  Server server() {
    return server;
  }

  /** Whether it was given up because nothing came, not even the answer to a ping. Any thread. */
  boolean wentSilent() {
    return silent;
  }

  /** The next signal; empty where none comes in time. A refusal is told once more here. */
  Optional<Signal> next(Duration patience) throws InterruptedException {
    if (first != null) {
      return Optional.of(first);
    }
    return Optional.ofNullable(signals.poll(patience.toNanos(), TimeUnit.NANOSECONDS));
  }

  /** Whether {@link #opened} found it open. */
  boolean open() {
    return first == null;
  }

  /** How many pings the server has answered; 0 for ever where the stream has none. Any thread. */
  int pongs() {
    return pongs.getAsInt();
  }

  @Override
  public void close() {
    closed = true;
    cancel.run();
    signals.clear();
  }

  /** With a connection of its own, which another request must not count on. */
  private OkHttpClient bounded(OkHttpClient http) {
    return http.newBuilder()
        .socketFactory(sockets)
        .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
        .build();
  }

  private void read(Call call) {
    try (Response response = call.execute()) {
      if (!response.isSuccessful()) {
        tell(new Signal.Ended(Optional.of(ApiClient.failure(response))));
        return;
      }
      tell(new Signal.Opened());
      var lines = new BufferedReader(response.body().charStream());
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        sockets.eventArrived();
        tell(new Signal.Text(line));
      }
      tell(new Signal.Ended(Optional.empty()));
    } catch (IOException e) {
      silent = e instanceof SocketTimeoutException;
      tell(new Signal.Ended(Optional.of(ApiClient.failure(e))));
    }
  }

  private void tell(Signal signal) {
    try {
      while (!closed && !signals.offer(signal, 1, TimeUnit.SECONDS)) {
        // the reader is behind; let the server wait
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The WebSocket form: each text frame is one event. */
  private final class Frames extends WebSocketListener {
    @Override
    public void onOpen(WebSocket socket, Response response) {
      tell(new Signal.Opened());
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      sockets.eventArrived();
      tell(new Signal.Text(text));
    }

    @Override
    public void onClosing(WebSocket socket, int code, String reason) {
      socket.close(1000, null);
      tell(new Signal.Ended(Optional.empty()));
    }

    @Override
    public void onFailure(WebSocket socket, Throwable problem, @Nullable Response response) {
      Failure failure =
          response != null && response.code() != 101
              ? ApiClient.failure(response)
              : ApiClient.failure(problem);
      silent = problem instanceof SocketTimeoutException;
      tell(new Signal.Ended(Optional.of(failure)));
    }
  }
}
