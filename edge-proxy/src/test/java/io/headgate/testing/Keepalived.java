package io.headgate.testing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A real keepalived on a host of a {@link Lan}, VRRP only, with its own configuration and pid
 * files. Closed, it leaves with priority 0. Used by one thread.
 */
public final class Keepalived implements AddressOwner {
  private static final Pattern ENTERING = Pattern.compile("\\((\\S+)\\) Entering (\\w+) STATE");

  private final Lan.Host host;
  private final VirtualRouter router;
  private final Program program;

  private Keepalived(Lan.Host host, VirtualRouter router, Program program) {
    this.host = host;
    this.router = router;
    this.program = program;
  }

  /** Starts it; returns at once. */
  public static Keepalived start(Lan.Host host, VirtualRouter router) {
    return start(host, router, "");
  }

  /**
   * As {@link #start(Lan.Host, VirtualRouter)}.
   *
   * @param additions more lines for each of its instances
   */
  public static Keepalived start(Lan.Host host, VirtualRouter router, String additions) {
    Needs.programs("keepalived");
    Program program =
        Program.draft()
            .in(host)
            .file("keepalived.conf", router.keepalivedConfiguration(host, additions))
            .start(
                "keepalived",
                "--dont-fork",
                "--log-console",
                "--log-detail",
                "--vrrp",
                "--use-file={}/keepalived.conf",
                "--pid={}/pid",
                "--vrrp_pid={}/vrrp.pid");
    return new Keepalived(host, router, program);
  }

  /**
   * MASTER, BACKUP or FAULT of each instance as it says itself, in the order of the first change.
   */
  public List<String> states() {
    Map<String, String> latest = new LinkedHashMap<>();
    for (MatchResult change : ENTERING.matcher(program.output()).results().toList()) {
      latest.put(change.group(1), change.group(2));
    }
    return List.copyOf(latest.values());
  }

  @Override
  public boolean owns() {
    return states().stream().allMatch("MASTER"::equals)
        && router.held().stream().allMatch(host::holds);
  }

  @Override
  public boolean waits() {
    return !states().isEmpty()
        && states().stream().allMatch("BACKUP"::equals)
        && router.held().stream().noneMatch(host::holds);
  }

  @Override
  public Program program() {
    return program;
  }

  @Override
  public Lan.Host host() {
    return host;
  }

  @Override
  public void close() {
    program.close();
  }
}
