package io.headgate.testing;

import io.headgate.model.Addresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hosts on one switch: network namespaces whose {@code eth0} is a port of a bridge in a namespace
 * of its own. Nothing of it is in this process's network, so that every Lan has the same addresses:
 * 192.0.2.0/24 (RFC 5737) and 2001:db8::/64 (RFC 3849). Needs root, {@code ip} and {@code nft}.
 *
 * <p>The switch floods multicast and forgets, as switches do, what it has learnt of a port whose
 * cable is out. Used by one thread.
 */
public final class Lan implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String prefix;
  private final Switch theSwitch;
  private final List<Host> hosts = new ArrayList<>();

  private Lan(String prefix) {
    this.prefix = prefix;
    this.theSwitch = new Switch(prefix + "-switch");
  }

  /** Skips the test where namespaces cannot be had. */
  public static Lan open() {
    Needs.root();
    Needs.programs("ip", "nft", "sh");
    Namespaces.deleteStale();
    Lan lan = new Lan(Namespaces.prefixOfThisProcess() + "lan" + COUNT.incrementAndGet());
    lan.createSwitch();
    return lan;
  }

  /** What the hosts are plugged into. */
  private record Switch(String name) implements NetworkNamespace {}

  /** Which way of a cable. */
  public enum Way {
    FROM_HOST,
    TO_HOST
  }

  /** An entry of a neighbour table. */
  public record Neighbour(String mac, String state) {}

  /**
   * A host of the switch.
   *
   * @param name of its namespace
   * @param label what it is called in a test
   * @param number from 1, in its addresses
   * @param theSwitch where its cable goes
   */
  public record Host(String name, String label, int number, NetworkNamespace theSwitch)
      implements NetworkNamespace {
    private static final Pattern NEIGHBOUR = Pattern.compile("lladdr (\\S+) .*?([A-Z]{4,})");

    public InetAddress address() {
      return Addresses.parse("192.0.2." + number).orElseThrow();
    }

    public InetAddress address6() {
      return Addresses.parse("2001:db8::" + number).orElseThrow();
    }

    /** What comes of its MAC address (RFC 4291 appendix A). */
    public InetAddress linkLocal() {
      return Addresses.parse("fe80::ff:fe00:%02x".formatted(number)).orElseThrow();
    }

    public String mac() {
      return "02:00:00:00:00:%02x".formatted(number);
    }

    /** IPv4. */
    public InetSocketAddress at(int port) {
      return new InetSocketAddress(address(), port);
    }

    /** Whether an address is on one of its interfaces. */
    public boolean holds(InetAddress address) {
      return !ip("-n " + name + " -o address show to " + text(address)).isBlank();
    }

    /** Whether an address is on its cable's interface, so that the switch may learn it. */
    public boolean holdsOnCable(InetAddress address) {
      return !ip("-n " + name + " -o address show dev eth0 to " + text(address)).isBlank();
    }

    /** What its neighbour table says of an address; empty as long as it says nothing usable. */
    public Optional<Neighbour> neighbour(InetAddress address) {
      Matcher entry =
          NEIGHBOUR.matcher(ip("-n " + name + " neighbour show to " + text(address) + " dev eth0"));
      return entry.find()
          ? Optional.of(new Neighbour(entry.group(1), entry.group(2)))
          : Optional.empty();
    }

    /** Silently drops what goes those ways, all where none is named; the carrier stays. */
    public void cut(Way... ways) {
      for (Way way : ways.length == 0 ? Way.values() : ways) {
        theSwitch.run("nft", "add", "element", "bridge", "cut", set(way), "{ " + port() + " }");
      }
    }

    /**
     * Of a hundred packets of either way, so many are lost; 0 stops that.
     *
     * @param percent from 0 to 100
     */
    public void lose(int percent) {
      theSwitch.run("nft", "flush", "chain", "bridge", "cut", port());
      if (percent > 0) {
        String draw = "numgen random mod 100 < " + percent + " drop";
        theSwitch.run("nft", "add rule bridge cut " + port() + " iifname " + port() + " " + draw);
        theSwitch.run("nft", "add rule bridge cut " + port() + " oifname " + port() + " " + draw);
      }
    }

    /** The cable is out: the host sees that it has no carrier. */
    public void cableOut() {
      ip("-n " + theSwitch.name() + " link set " + port() + " down");
    }

    /** Undoes {@link #cut}, {@link #lose} and {@link #cableOut}. */
    public void heal() {
      for (Way way : Way.values()) {
        theSwitch.run("nft", "flush", "set", "bridge", "cut", set(way));
      }
      lose(0);
      ip("-n " + theSwitch.name() + " link set " + port() + " up");
    }

    /** Whether it has a link. */
    public boolean hasCarrier() {
      return !ip("-n " + name + " -o link show eth0").contains("NO-CARRIER");
    }

    /** Ends every process on it at once, as a power cut does; what the kernel holds stays. */
    public void crash() {
      Signals.crash(pids());
    }

    /** Stops every process on it, until {@link #resume}. */
    public void pause() {
      Signals.send("STOP", pids());
    }

    public void resume() {
      Signals.send("CONT", pids());
    }

    private List<Long> pids() {
      return ip("netns pids " + name).lines().map(Long::parseLong).toList();
    }

    private String port() {
      return "port" + number;
    }

    private String set(Way way) {
      return switch (way) {
        case FROM_HOST -> "from" + number;
        case TO_HOST -> "to" + number;
      };
    }

    private void create() {
      ip("netns add " + name);
      ip(
          "-n "
              + theSwitch.name()
              + " link add "
              + port()
              + " type veth"
              + " peer name eth0 address "
              + mac()
              + " netns "
              + name);
      for (Way way : Way.values()) {
        theSwitch.run("nft", "add set bridge cut " + set(way) + " { type ifname; }");
      }
      theSwitch.run("nft", "add rule bridge cut forward iifname @" + set(Way.FROM_HOST) + " drop");
      theSwitch.run("nft", "add rule bridge cut forward oifname @" + set(Way.TO_HOST) + " drop");
      theSwitch.run("nft", "add chain bridge cut " + port());
      theSwitch.run("nft", "add rule bridge cut forward jump " + port());
      // A router's own link-local address is there at once, not after two seconds of asking.
      run("sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_dad");
      ip("-n " + theSwitch.name() + " link set " + port() + " master bridge up");
      ip("-n " + name + " link set lo up");
      ip("-n " + name + " link set eth0 up");
      ip("-n " + name + " address add " + text(address()) + "/24 dev eth0");
      ip("-n " + name + " address add " + text(address6()) + "/64 dev eth0 nodad");
    }

    private static String text(InetAddress address) {
      String literal = address.getHostAddress();
      return address instanceof Inet4Address ? literal : literal.replaceFirst("%.*", "");
    }
  }

  /** A new host, plugged in. */
  public Host add(String label) {
    int number = hosts.size() + 1;
    var host = new Host(prefix + "-" + label, label, number, theSwitch);
    hosts.add(host);
    host.create();
    return host;
  }

  private void createSwitch() {
    ip("netns add " + theSwitch.name());
    ip(
        "-n "
            + theSwitch.name()
            + " link add bridge type bridge"
            + " stp_state 0 forward_delay 0 mcast_snooping 0");
    ip("-n " + theSwitch.name() + " link set bridge up");
    theSwitch.run("nft", "add table bridge cut");
    theSwitch.run("nft", "add chain bridge cut forward { type filter hook forward priority 0; }");
  }

  private static String ip(String arguments) {
    return Command.run(("ip " + arguments).split(" ", -1));
  }

  /** Ends what still runs on the hosts, and removes them. */
  @Override
  public void close() {
    for (Host host : hosts) {
      host.crash();
      Command.attempt("ip", "netns", "delete", host.name());
    }
    hosts.clear();
    Command.attempt("ip", "netns", "delete", theSwitch.name());
  }
}
