package io.headgate.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Tells systemd how this process is doing: the protocol of sd_notify(3), one datagram to the Unix
 * socket that {@code NOTIFY_SOCKET} names.
 *
 * <p>Any thread. Each call opens and closes its own socket, and waits while systemd's queue is
 * full, as libsystemd does. Each answers whether systemd was told; not being run by systemd is no
 * error.
 */
public final class SystemdNotifier {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int FAMILY_BYTES = 2; // of sockaddr_un, before its path: unix(7)
  private static final int PATH_BYTES = 108;

  private final String socketName;
  private final Map<String, String> environment;
  private final long ownPid;

  /**
   * @param environment of this process
   */
  public SystemdNotifier(Map<String, String> environment) {
    this(environment, ProcessHandle.current().pid());
  }

  SystemdNotifier(Map<String, String> environment, long ownPid) {
    this.environment = Map.copyOf(environment);
    this.socketName = environment.getOrDefault("NOTIFY_SOCKET", "");
    this.ownPid = ownPid;
  }

  /** Somebody wants to be told, by a path or an abstract name, and this platform can. */
  public boolean present() {
    byte[] name = nameBytes();
    return (socketName.startsWith("/") || socketName.startsWith("@"))
        && name.length > 1
        && name.length < PATH_BYTES
        && NativeCalls.LINUX.isPresent();
  }

  /** Start or reload is over. */
  public boolean ready() {
    return send("READY=1");
  }

  /** One line for {@code systemctl status}. */
  public boolean status(String text) {
    return send("STATUS=" + oneLine(text));
  }

  public boolean stopping() {
    return send("STOPPING=1");
  }

  /**
   * A reload has begun; {@link #ready} ends it. The time goes into the same datagram, without which
   * {@code Type=notify-reload} waits for ever.
   *
   * @param nowNs of {@code System.nanoTime}, which on Linux is {@code CLOCK_MONOTONIC}
   */
  public boolean reloading(long nowNs) {
    return send("RELOADING=1\nMONOTONIC_USEC=" + nowNs / 1_000);
  }

  /** This process is alive; to be said well within {@link #watchdogInterval}. */
  public boolean watchdog() {
    return send("WATCHDOG=1");
  }

  /**
   * How long systemd waits between two {@link #watchdog} calls before it kills this process:
   * sd_watchdog_enabled(3), which advises to call twice as often. Empty where nobody waits.
   */
  public Optional<Duration> watchdogInterval() {
    String forPid = environment.getOrDefault("WATCHDOG_PID", Long.toString(ownPid));
    try {
      long micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
      return micros > 0 && Long.parseLong(forPid) == ownPid
          ? Optional.of(Duration.ofNanos(Math.multiplyExact(micros, 1_000)))
          : Optional.empty();
    } catch (NumberFormatException | ArithmeticException _) {
      return Optional.empty();
    }
  }

  private boolean send(String message) {
    return present() && NativeCalls.LINUX.map(calls -> send(calls, message)).orElse(false);
  }

  private boolean send(NativeCalls calls, String message) {
    long fd = calls.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      byte[] text = message.getBytes(StandardCharsets.UTF_8);
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, text);
      MemorySegment address = socketAddress(arena);
      long sent;
      do {
        sent = calls.sendto((int) fd, bytes, MSG_NOSIGNAL, address, (int) address.byteSize());
      } while (sent == -Errno.EINTR);
      return sent == text.length;
    } finally {
      calls.close((int) fd);
    }
  }

  /**
   * A {@code sockaddr_un} that is as long as its name; an abstract name has no terminating zero.
   */
  private MemorySegment socketAddress(Arena arena) {
    byte[] name = nameBytes();
    boolean isAbstract = socketName.startsWith("@");
    int bytes = FAMILY_BYTES + name.length + (isAbstract ? 0 : 1);
    MemorySegment address = arena.allocate(bytes, ValueLayout.JAVA_SHORT.byteAlignment());
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, FAMILY_BYTES, name.length);
    if (isAbstract) {
      address.set(ValueLayout.JAVA_BYTE, FAMILY_BYTES, (byte) 0);
    }
    return address;
  }

  private byte[] nameBytes() {
    return socketName.getBytes(StandardCharsets.UTF_8);
  }

  /** A line break would begin another variable of the protocol. */
  private static String oneLine(String text) {
    return text.replaceAll("[\\r\\n\\x00]+", " ");
  }
}
