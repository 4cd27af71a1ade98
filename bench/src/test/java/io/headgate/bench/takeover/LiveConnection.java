package io.headgate.bench.takeover;

import io.headgate.bench.takeover.Result.Fate;
import io.headgate.testing.Lan;
import io.headgate.testing.NetworkNamespace;
import io.headgate.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * One connection that is used all the time: every ten milliseconds a byte goes and comes back. A
 * thread of its own, in the client's namespace, uses it; the times are shared.
 */
final class LiveConnection implements AutoCloseable {
  private static final Duration PACE = Duration.ofMillis(10);
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration FRESH = Duration.ofMillis(500);

  /** Perl is on every Debian host, with these modules. */
  private static final String ECHO =
      """
      use IO::Socket::INET;
      use IO::Select;
      $SIG{PIPE} = 'IGNORE';
      my $door = IO::Socket::INET->new(LocalAddr => $ARGV[0], Listen => 64, ReuseAddr => 1) or die $!;
      my $all = IO::Select->new($door);
      while (my @ready = $all->can_read) {
        for my $one (@ready) {
          if ($one == $door) { $all->add($door->accept); next }
          if (sysread($one, my $bytes, 512)) { syswrite($one, $bytes); next }
          $all->remove($one);
          close $one;
        }
      }
      """;

  private final Socket socket = new Socket();
  private final Thread thread;
  private volatile long echoedNs;
  private volatile long endedNs;

  private LiveConnection(NetworkNamespace client, InetSocketAddress target) {
    this.thread = client.thread(() -> run(target));
  }

  static LiveConnection open(NetworkNamespace client, InetSocketAddress target) {
    LiveConnection connection = new LiveConnection(client, target);
    connection.thread.start();
    return connection;
  }

  /** Sends back what it gets. */
  static Program server(Lan.Host host, String listen) {
    return Program.draft().in(host).start("perl", "-e", ECHO, listen);
  }

  private void run(InetSocketAddress target) {
    try {
      socket.connect(target, (int) CONNECT.toMillis());
      socket.setTcpNoDelay(true);
      int echo;
      do {
        socket.getOutputStream().write(1);
        echo = socket.getInputStream().read();
        echoedNs = System.nanoTime();
        Thread.sleep(PACE);
      } while (echo >= 0);
      endedNs = System.nanoTime();
    } catch (IOException _) {
      endedNs = System.nanoTime();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  boolean lives() {
    return endedNs == 0 && echoedNs != 0 && System.nanoTime() - echoedNs < FRESH.toNanos();
  }

  /** What has become of it by now. */
  Fate fate(long faultNs) {
    if (endedNs != 0) {
      return new Fate.Ended(Duration.ofNanos(endedNs - faultNs));
    }
    return lives() ? new Fate.Lives() : new Fate.Hangs();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
