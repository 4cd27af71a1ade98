package io.headgate.testing;

import io.headgate.model.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hosts made of network namespaces, each with one link to this one; they see each other through
 * nobody. Needs root, {@code ip} and {@code nft}. Everything is named after this process: what a
 * process has left behind that is no longer there is deleted by the next.
 *
 * <p>Addresses are of the range for benchmarks between networks, 198.18.0.0/15 (RFC 2544 appendix
 * C.2.2), and of fd00::/8 (RFC 4193).
 */
public final class Namespaces implements AutoCloseable {
  private static final String PREFIX = "hg";
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final List<Host> hosts = new ArrayList<>();

  /** Skips the test where namespaces cannot be had. */
  public static Namespaces open() {
    Needs.root();
    Needs.programs("ip", "nft");
    deleteStale();
    return new Namespaces();
  }

  /**
   * A host behind a link.
   *
   * @param name of its namespace
   * @param link this side's end of the link
   * @param subnet distinguishes the links of all processes
   */
  public record Host(String name, String link, int subnet) implements NetworkNamespace {
    /** IPv4. */
    public InetAddress address() {
      return Addresses.parse(prefix4() + ".2").orElseThrow();
    }

    public InetAddress address6() {
      return Addresses.parse(prefix6() + "2").orElseThrow();
    }

    /** Where this side of the link can be reached from it. */
    public InetAddress neighbour() {
      return Addresses.parse(prefix4() + ".1").orElseThrow();
    }

    public InetSocketAddress at(int port) {
      return new InetSocketAddress(address(), port);
    }

    private String prefix4() {
      return "198.18." + subnet;
    }

    private String prefix6() {
      return "fd00:198:18:" + Integer.toHexString(subnet) + "::";
    }

    /** From now on it takes packets and answers none: every one that comes in is dropped. */
    public void blackhole() {
      run("nft", "add table inet test");
      run("nft", "add chain inet test in { type filter hook input priority 0; policy drop; }");
    }

    /** Undoes {@link #blackhole}. */
    public void heal() {
      run("nft", "delete table inet test");
    }

    /** Cuts the cable. */
    public void linkDown() {
      Command.run("ip", "-n", name, "link", "set", "eth0", "down");
    }

    private void create() {
      Command.run("ip", "netns", "add", name);
      Command.run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name);
      Command.run("ip", "address", "add", prefix4() + ".1/24", "dev", link);
      Command.run("ip", "address", "add", prefix6() + "1/64", "dev", link, "nodad");
      Command.run("ip", "link", "set", link, "up");
      Command.run("ip", "-n", name, "address", "add", prefix4() + ".2/24", "dev", "eth0");
      Command.run("ip", "-n", name, "address", "add", prefix6() + "2/64", "dev", "eth0", "nodad");
      Command.run("ip", "-n", name, "link", "set", "lo", "up");
      Command.run("ip", "-n", name, "link", "set", "eth0", "up");
    }

    private void delete() {
      Command.attempt("ip", "link", "delete", link);
      Command.run("ip", "netns", "delete", name);
    }
  }

  /** A new host. */
  public Host add() {
    String prefix = prefixOfThisProcess();
    int count = COUNT.incrementAndGet();
    var host =
        new Host(
            prefix + count, PREFIX + ProcessHandle.current().pid() + "l" + count, freeSubnet());
    hosts.add(host);
    host.create();
    return host;
  }

  /**
   * Turns a host off and on: a new one with the same addresses, which knows nothing of the old
   * one's connections. Programs that ran on it are its owner's to end.
   */
  public void reboot(Host host) {
    host.delete();
    host.create();
  }

  private static int freeSubnet() {
    String taken = Command.run("ip", "-4", "-o", "address");
    int first = (int) ProcessHandle.current().pid(); // apart from another process that looks now
    for (int i = 0; i < 254; i++) {
      int subnet = (first + i) % 254 + 1;
      if (!taken.contains(" 198.18." + subnet + ".")) {
        return subnet;
      }
    }
    throw new AssertionError("every subnet of 198.18.0.0/16 is in use");
  }

  /** What the names of all namespaces of this process begin with. */
  static String prefixOfThisProcess() {
    return PREFIX + ProcessHandle.current().pid() + "-";
  }

  /** Namespaces of processes that are gone, with what still runs there and their links. */
  static void deleteStale() {
    for (String line : Command.run("ip", "netns", "list").lines().toList()) {
      String name = line.split(" ", 2)[0];
      if (name.matches(PREFIX + "\\d+-[a-z0-9-]+") && !isAlive(name)) {
        Command stale = Command.attempt("ip", "netns", "pids", name);
        if (stale.exit() == 0) {
          Signals.crash(stale.output().lines().map(Long::parseLong).toList());
        }
        Command.attempt("ip", "netns", "delete", name);
      }
    }
  }

  private static boolean isAlive(String name) {
    String pid = name.substring(PREFIX.length(), name.indexOf('-'));
    return Files.exists(Path.of("/proc", pid));
  }

  @Override
  public void close() {
    hosts.forEach(Host::delete);
    hosts.clear();
  }
}
