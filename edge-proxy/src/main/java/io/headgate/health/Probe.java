package io.headgate.health;

import io.headgate.linux.HostAddress;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProxyProtocol;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * One connection that asks one target once: blocking calls on a virtual thread. It sets itself no
 * time limit; {@link #expire} ends it wherever it is, from any thread.
 */
final class Probe implements Runnable {
  private final ProbeTarget target;
  private final BiConsumer<Probe, ProbeOutcome> ended;
  private volatile Socket socket = new Socket();
  private volatile boolean expired;
  private volatile boolean connected;

  /**
   * @param ended told the outcome, on the probe's own thread, also after it has expired
   */
  Probe(ProbeTarget target, BiConsumer<Probe, ProbeOutcome> ended) {
    this.target = target;
    this.ended = ended;
    switch (target.kind()) {
      case TLS, HTTPS, SPEAKS_PROXY_TLS -> UnverifiedTls.prepare();
      case TCP, HTTP, SPEAKS_PROXY_HTTP -> {}
    }
  }

  @Override
  public void run() {
    ended.accept(this, outcome());
  }

  /** What is to be said of the target now that the time for the probe is over. */
  ProbeAnswer timedOut() {
    String detail = "no answer in " + target.timeout().toMillis() + " ms";
    return new ProbeAnswer(
        Answer.TIMED_OUT, connected ? "connected, but " + detail : detail, target.timeout());
  }

  /** Returns at once: closing has to wait for a lock that a starved probe may be holding. */
  void expire() {
    expired = true;
    Thread.startVirtualThread(() -> close(socket));
  }

  private ProbeOutcome outcome() {
    long startedNs = System.nanoTime();
    try {
      socket.setTcpNoDelay(true); // this is what makes the file descriptor
    } catch (SocketException e) {
      return new ProbeOutcome.NotAsked("no socket: " + e.getMessage());
    }
    try {
      bind();
      socket.connect(target.address());
      connected = true;
      return new ProbeOutcome.Answered(ask(startedNs));
    } catch (BindException e) {
      return new ProbeOutcome.NotAsked("no local port: " + e.getMessage());
    } catch (IOException e) {
      return new ProbeOutcome.Answered(failure(e, since(startedNs)));
    } finally {
      close(socket);
    }
  }

  /**
   * Without an address that this host lacks it asks all the same: that says nothing of the target.
   */
  private void bind() throws IOException {
    if (target.source().isPresent()) {
      InetAddress source = target.source().get();
      if (HostAddress.has(source).orElse(false)) {
        socket.bind(new InetSocketAddress(source, 0));
      }
    }
  }

  private ProbeAnswer ask(long startedNs) throws IOException {
    byte[] header = ProxyHeader.bytes(target.proxyHeader());
    return switch (target.kind()) {
      case TCP -> {
        Duration took = since(startedNs);
        write(socket, header);
        yield ProbeAnswer.good("connected", took);
      }
      case TLS -> {
        write(socket, header);
        yield overTls(_ -> ProbeAnswer.good("TLS handshake", since(startedNs)));
      }
      case HTTP -> {
        write(socket, header);
        yield exchange(socket, startedNs);
      }
      case HTTPS -> {
        write(socket, header);
        yield overTls(tls -> exchange(tls, startedNs));
      }
      case SPEAKS_PROXY_HTTP, SPEAKS_PROXY_TLS -> compared(startedNs);
    };
  }

  /** The other way is tried only where the route's own does not work: it may be logged there. */
  private ProbeAnswer compared(long startedNs) throws IOException {
    ProxyProtocol own = target.proxyHeader();
    ProxyProtocol other = own == ProxyProtocol.OFF ? ProxyProtocol.V1 : ProxyProtocol.OFF;
    if (accepts(own)) {
      return ProbeAnswer.good("answers " + ProxyHeader.words(own), since(startedNs));
    }
    close(socket);
    socket = new Socket();
    if (expired) {
      throw new SocketException("expired");
    }
    bind();
    socket.connect(target.address());
    return accepts(other)
        ? ProbeAnswer.bad("answers only " + ProxyHeader.words(other), since(startedNs))
        : new ProbeAnswer(
            Answer.UNDECIDED,
            "answers neither %s nor %s".formatted(ProxyHeader.words(own), ProxyHeader.words(other)),
            since(startedNs));
  }

  /** A peer that resets or ends the connection does not; one that is silent does not say. */
  private boolean accepts(ProxyProtocol header) throws IOException {
    try {
      write(socket, ProxyHeader.bytes(header));
      if (target.kind() == ProbeTarget.Kind.SPEAKS_PROXY_TLS) {
        overTls(_ -> ProbeAnswer.good("TLS handshake", Duration.ZERO));
        return true;
      }
      write(socket, HttpCheck.head(target));
      return HttpCheck.isUnderstood(HttpCheck.firstLine(socket.getInputStream()));
    } catch (IOException e) {
      if (expired) {
        throw e;
      }
      return false;
    }
  }

  private interface Question {
    ProbeAnswer ask(Socket stream) throws IOException;
  }

  private ProbeAnswer overTls(Question question) throws IOException {
    SSLSocket tls = UnverifiedTls.over(socket);
    try {
      tls.startHandshake();
      return question.ask(tls);
    } finally {
      close(tls); // a peer that is not there for the goodbye has still answered
    }
  }

  private ProbeAnswer exchange(Socket stream, long startedNs) throws IOException {
    write(stream, HttpCheck.request(target));
    String line = HttpCheck.firstLine(stream.getInputStream());
    return HttpCheck.answer(line, since(startedNs));
  }

  private static void write(Socket stream, byte[] bytes) throws IOException {
    if (bytes.length > 0) {
      OutputStream out = stream.getOutputStream();
      out.write(bytes);
      out.flush();
    }
  }

  private static ProbeAnswer failure(IOException failure, Duration took) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case ConnectException _ when message.contains("timed out") ->
          new ProbeAnswer(Answer.TIMED_OUT, "connection timed out", took);
      case ConnectException _ -> new ProbeAnswer(Answer.REFUSED, "connection refused", took);
      case SSLException e when e.getCause() instanceof SocketException cause ->
          failure(cause, took);
      case SSLException _ -> ProbeAnswer.bad("TLS: " + message, took);
      case IOException _ ->
          new ProbeAnswer(Answer.UNREACHABLE, message.toLowerCase(Locale.ROOT), took);
    };
  }

  private static Duration since(long startedNs) {
    return Duration.ofNanos(System.nanoTime() - startedNs);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is gone either way, and its answer is known.
    }
  }
}
