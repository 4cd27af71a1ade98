package io.headgate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Three network namespaces in a row, clients - proxy - backends, each link a veth pair. Packets
 * have the size that they have on an Ethernet; segmentation offload is as the kernel sets it up.
 *
 * <p>The namespaces are named after the process; what one has left behind that is no longer there
 * is removed by the next. The addresses are of the range for benchmarks, 198.18.0.0/15 (RFC 2544
 * appendix C.2.2), and seen by nobody outside of the namespaces.
 */
record Veth(String prefix, AtomicInteger nextPort) implements Network {
  private static final Pattern OURS = Pattern.compile("hgbench(\\d+)-(clients|proxy|backends)");
  private static final int FIRST_PORT = 20_000; // below those that the kernel picks itself
  private static final int MTU = 1500;

  /**
   * BBR, which some hosts have as their default, sends by timers of the socket's own: one would
   * measure those. Whether a namespace may have CUBIC, which Linux has by default, is the host's.
   */
  private static final String WITHOUT_PACING =
      "echo cubic 2>/dev/null > "
          + CongestionControl.SETTING
          + " || echo reno > "
          + CongestionControl.SETTING;

  private static final int BACKENDS = 4;

  static Veth ofThisProcess() {
    return new Veth("hgbench" + ProcessHandle.current().pid(), new AtomicInteger(FIRST_PORT));
  }

  @Override
  public Kind kind() {
    return Kind.VETH;
  }

  @Override
  public void create() throws CannotCompare, IOException, InterruptedException {
    if (!System.getProperty("user.name").equals("root")) {
      throw new CannotCompare("--over veth makes network namespaces and needs root");
    }
    Program.require(List.of(Program.IP));
    String names = run("ip", "netns", "list");
    leftBehind(names, pid -> Files.exists(Path.of("/proc", Long.toString(pid))))
        .forEach(Veth::delete);
    for (Party party : Party.values()) {
      run("ip", "netns", "add", name(party));
      run("ip", "-n", name(party), "link", "set", "lo", "up");
      run("ip", "netns", "exec", name(party), "sh", "-c", WITHOUT_PACING);
    }
    link(Party.CLIENTS, "198.18.1.2/24", Party.PROXY, "198.18.1.1/24", "front");
    link(Party.BACKENDS, "198.18.2.1/24", Party.PROXY, "198.18.2.100/24", "back");
    for (int number = 2; number <= BACKENDS; number++) {
      String address = "198.18.2." + number + "/24";
      run("ip", "-n", name(Party.BACKENDS), "address", "add", address, "dev", "eth0");
    }
  }

  private void link(Party end, String address, Party proxy, String proxyAddress, String device)
      throws CannotCompare, IOException, InterruptedException {
    String mtu = Integer.toString(MTU);
    run(
        "ip",
        "link",
        "add",
        "eth0",
        "mtu",
        mtu,
        "netns",
        name(end),
        "type",
        "veth", //
        "peer",
        "name",
        device,
        "mtu",
        mtu,
        "netns",
        name(proxy));
    run("ip", "-n", name(end), "address", "add", address, "dev", "eth0");
    run("ip", "-n", name(proxy), "address", "add", proxyAddress, "dev", device);
    run("ip", "-n", name(end), "link", "set", "eth0", "up");
    run("ip", "-n", name(proxy), "link", "set", device, "up");
  }

  /** Namespaces of processes that are gone, of what {@code ip netns list} prints. */
  static List<String> leftBehind(String list, LongPredicate alive) {
    return list.lines()
        .map(line -> OURS.matcher(line.split(" ", 2)[0]))
        .filter(Matcher::matches)
        .filter(name -> !alive.test(Long.parseLong(name.group(1))))
        .map(Matcher::group)
        .toList();
  }

  /** {@code ip netns exec} becomes the command, so that the process is the command's own. */
  @Override
  public List<String> command(Party party, List<String> command) {
    return Stream.concat(Stream.of("ip", "netns", "exec", name(party)), command.stream()).toList();
  }

  private String name(Party party) {
    return prefix + "-" + party.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public InetSocketAddress proxyAddress() {
    return new InetSocketAddress("198.18.1.1", nextPort.getAndIncrement());
  }

  @Override
  public InetSocketAddress backendAddress(int number) {
    return new InetSocketAddress("198.18.2." + number, nextPort.getAndIncrement());
  }

  @Override
  public String description() throws CannotCompare, IOException, InterruptedException {
    String control =
        run("ip", "netns", "exec", name(Party.PROXY), "cat", CongestionControl.SETTING).strip();
    return "veth pairs with MTU "
        + MTU
        + " between network namespaces, congestion control "
        + control;
  }

  @Override
  public void remove() {
    for (Party party : Party.values()) {
      delete(name(party));
    }
  }

  /** With whatever still runs in it; its links go with it. */
  private static void delete(String name) {
    try {
      if (!Files.exists(Path.of("/run/netns", name))) {
        return;
      }
      run("ip", "netns", "pids", name)
          .lines()
          .map(pid -> ProcessHandle.of(Long.parseLong(pid.strip())))
          .forEach(process -> process.ifPresent(ProcessHandle::destroyForcibly));
      run("ip", "netns", "delete", name);
    } catch (CannotCompare | IOException e) {
      System.err.println("bench/compare: network namespace " + name + " stays: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String run(String... command)
      throws CannotCompare, IOException, InterruptedException {
    Process process =
        new ProcessBuilder(new ArrayList<>(List.of(command))).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new CannotCompare(String.join(" ", command) + ": " + output.strip());
    }
    return output;
  }
}
