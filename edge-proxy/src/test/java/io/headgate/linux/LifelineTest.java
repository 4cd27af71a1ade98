package io.headgate.linux;

import static io.headgate.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.testing.Ports;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LifelineTest {
  private static final InetAddress KNOWN = InetAddress.ofLiteral("127.0.0.2");
  private static final long ID = 0x0102_0304_0506_0708L;
  private static final InetAddress STRANGER = InetAddress.ofLiteral("127.0.0.3");

  private final InetSocketAddress address = Ports.free("127.0.0.1");
  private final List<Socket> clients = new ArrayList<>();
  private final Queue<Throwable> bugs = new ConcurrentLinkedQueue<>();
  private Lifeline lifeline;

  @BeforeEach
  void open() {
    lifeline = Lifeline.open(address, Set.of(KNOWN), ID, bugs::add).orElseThrow();
  }

  @AfterEach
  void close() throws IOException {
    assertThat(bugs).isEmpty();
    for (Socket client : clients) {
      client.close();
    }
    lifeline.close();
  }

  @Test
  void a_known_peer_is_held_until_the_end() throws IOException {
    assertThat(lifeline.port()).isEqualTo(address.getPort());
    Socket client = connect(KNOWN);
    assertHeld(client);
    lifeline.close();
    assertEnded(client);
    assertThatThrownBy(() -> connect(KNOWN)).isInstanceOf(ConnectException.class);
  }

  @Test
  void a_stranger_is_turned_away_and_takes_nobodys_place() throws IOException {
    Socket client = connect(KNOWN);
    for (int i = 0; i < 100; i++) {
      assertEnded(connect(STRANGER));
    }
    assertHeld(client);
  }

  @Test
  void who_speaks_is_turned_away() throws IOException {
    Socket client = connect(KNOWN);
    client.getOutputStream().write(1);
    assertEnded(client);
  }

  @Test
  void of_too_many_the_oldest_goes() throws IOException {
    Socket first = connect(KNOWN);
    Socket second = connect(KNOWN);
    for (int i = 0; i < 63; i++) {
      connect(KNOWN);
    }
    assertEnded(first);
    assertHeld(second);
  }

  @Test
  void a_port_that_is_taken_is_a_refusal() {
    assertThat(Lifeline.open(address, Set.of(), ID, bugs::add))
        .isInstanceOfSatisfying(
            Attempt.Refused.class,
            refused ->
                assertThat(refused.why()).contains("listen").contains("Address already in use"));
  }

  /**
   * What makes them close at once, whatever the rest of the process still has to do: nobody else
   * has them, and that thread has nothing else.
   */
  @Test
  void the_sockets_are_in_the_table_of_its_thread_alone() throws IOException {
    assertHeld(connect(KNOWN));
    eventually(() -> {
      List<String> all = files(Path.of("/proc/self/fd"));
      List<String> own = files(thread().resolve("fd"));
      List<String> sockets = own.stream().filter(file -> file.startsWith("socket:")).toList();
      assertThat(sockets).hasSize(2).doesNotContainAnyElementsOf(all);
      assertThat(own).filteredOn(file -> file.startsWith("anon_inode:")).hasSize(1);
    });
  }

  private Socket connect(InetAddress from) throws IOException {
    var client = new Socket();
    clients.add(client);
    client.bind(new InetSocketAddress(from, 0));
    client.setSoTimeout(30_000);
    client.connect(address);
    return client;
  }

  private static void assertHeld(Socket client) throws IOException {
    assertThat(new DataInputStream(client.getInputStream()).readLong()).isEqualTo(ID);
    client.setSoTimeout(200);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    client.setSoTimeout(30_000);
  }

  private static void assertEnded(Socket client) {
    try {
      client.getInputStream().readAllBytes();
    } catch (IOException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  /** The lifeline's, among the threads of this process. */
  private static Path thread() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      return threads
          .filter(thread -> name(thread).equals("lifeline"))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no such thread"));
    }
  }

  private static String name(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (NoSuchFileException gone) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> files(Path table) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(table)) {
      for (Path descriptor : descriptors.toList()) {
        try {
          found.add(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException _) {
          // closed meanwhile, such as the one of this list
        }
      }
    }
    return found;
  }
}
