package io.headgate.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A macvlan with the Ethernet address of a virtual router (RFC 9568 section 7.3), to put its
 * addresses on: {@code vrrp.ROUTER-ID}, or {@code vrrp6.ROUTER-ID}, as keepalived names it.
 *
 * <p>It is up only while the addresses are ours: what is down neither answers nor says anything, so
 * that no switch looks for the virtual router at a backup's port (RFC 9568 section 6.4.2).
 */
public final class VirtualMacInterface {
  private static final Path SETTINGS = Path.of("/proc/sys/net/ipv6/conf");

  private final int index;
  private final String name;
  private final MacAddress mac;
  private final int parentIndex;
  private final ParentSettings parentBefore;
  private final List<String> concerns;

  private VirtualMacInterface(
      int index,
      String name,
      MacAddress mac,
      int parentIndex,
      ParentSettings parentBefore,
      List<String> concerns) {
    this.index = index;
    this.name = name;
    this.mac = mac;
    this.parentIndex = parentIndex;
    this.parentBefore = parentBefore;
    this.concerns = List.copyOf(concerns);
  }

  public int index() {
    return index;
  }

  public String name() {
    return name;
  }

  public MacAddress mac() {
    return mac;
  }

  /** For an operator: settings of this host that stand against it. */
  public List<String> concerns() {
    return concerns;
  }

  /**
   * Creates it; it is down. One that a process of ours has left behind is deleted first. For IPv4,
   * {@code arp_ignore}, {@code arp_filter} and {@code arp_announce} of the parent are set as well.
   * Needs CAP_NET_ADMIN; for IPv6, also to be allowed to write below /proc/sys.
   *
   * @param routerId 1 to 255
   */
  public static Attempt<VirtualMacInterface> create(
      NetworkLinks links, NetworkLink parent, boolean ipv6, int routerId) {
    String name = (ipv6 ? "vrrp6." : "vrrp.") + routerId;
    MacAddress mac = MacAddress.ofVirtualRouter(ipv6, routerId);
    return cleared(links, name, mac, parent)
        .then(_ -> links.addMacvlan(name, parent.index(), mac))
        .then(change -> change == Change.MADE ? links.list() : another(name))
        .then(all -> {
          NetworkLink link = named(all, name).orElseThrow();
          ParentSettings before = ipv6 ? ParentSettings.NONE : ParentSettings.of(parent, all);
          List<String> concerns = new ArrayList<>();
          Attempt<VirtualMacInterface> created =
              links
                  .label(link.index(), before.alias())
                  .then(_ -> before.apply(links, parent.index()))
                  .then(_ -> prepare(links, link, ipv6, concerns))
                  .map(_ ->
                      new VirtualMacInterface(
                          link.index(), name, mac, parent.index(), before, concerns));
          if (created instanceof Attempt.Refused<VirtualMacInterface>) {
            var _ = links.delete(link.index());
          }
          return created;
        });
  }

  /** Deletes all that processes of ours have left behind, and answers their names. */
  public static Attempt<List<String>> deleteLeftBehind(NetworkLinks links) {
    return links
        .list()
        .then(all -> {
          Attempt<List<String>> deleted = new Attempt.Succeeded<>(List.of());
          for (NetworkLink link : all) {
            Optional<ParentSettings> before = ParentSettings.onAlias(link);
            if (before.isPresent() && macvlan(link)) {
              deleted =
                  deleted.then(names ->
                      delete(links, link.index(), link.parentIndex().orElse(0), before.get())
                          .map(_ -> with(names, link.name())));
            }
          }
          return deleted;
        });
  }

  private static List<String> with(List<String> names, String name) {
    List<String> all = new ArrayList<>(names);
    all.add(name);
    return all;
  }

  /** From now on the host answers for it. Needs CAP_NET_ADMIN. */
  public Attempt<Change> raise(NetworkLinks links) {
    return links.setUp(index);
  }

  /** From now on the host does not. Needs CAP_NET_ADMIN. */
  public Attempt<Change> lower(NetworkLinks links) {
    return links.setDown(index);
  }

  /**
   * Deletes it with all its addresses, and has the parent as it was where there is no other on it.
   * One that is not there any more is no failure.
   */
  public Attempt<Change> delete(NetworkLinks links) {
    return delete(links, index, parentIndex, parentBefore);
  }

  private static Attempt<Change> delete(
      NetworkLinks links, int index, int parentIndex, ParentSettings before) {
    Attempt<Change> deleted = links.delete(index);
    return links
        .list()
        .then(left -> {
          boolean others =
              left.stream()
                  .filter(link -> link.parentIndex().orElse(0) == parentIndex)
                  .anyMatch(link ->
                      !ParentSettings.onAlias(link).orElse(ParentSettings.NONE).before().isEmpty());
          Optional<NetworkLink> parent =
              left.stream().filter(link -> link.index() == parentIndex).findFirst();
          return others || parent.isEmpty()
              ? deleted
              : before.restore(links, parent.get()).then(_ -> deleted);
        });
  }

  /** There is none of that name, or no more. */
  private static Attempt<Change> cleared(
      NetworkLinks links, String name, MacAddress mac, NetworkLink parent) {
    return links
        .named(name)
        .then(found -> {
          if (found.isEmpty()) {
            return new Attempt.Succeeded<>(Change.NONE);
          }
          NetworkLink link = found.get();
          Optional<ParentSettings> before = ParentSettings.onAlias(link);
          boolean alike =
              macvlan(link)
                  && link.mac().equals(Optional.of(mac))
                  && link.parentIndex().orElse(0) == parent.index();
          // One that is down and bears no mark was left between its creation and the marking.
          return alike && (before.isPresent() || !link.up())
              ? delete(links, link.index(), parent.index(), before.orElse(ParentSettings.NONE))
              : another(name);
        });
  }

  private static <T> Attempt<T> another(String name) {
    return new Attempt.Refused<>(
        Errno.EEXIST,
        "cannot create the interface " + name + ": there is another one of that name");
  }

  private static boolean macvlan(NetworkLink link) {
    return link.kind().equals(Optional.of("macvlan"));
  }

  private static Optional<NetworkLink> named(List<NetworkLink> all, String name) {
    return all.stream().filter(link -> link.name().equals(name)).findFirst();
  }

  private static Attempt<Change> prepare(
      NetworkLinks links, NetworkLink link, boolean ipv6, List<String> concerns) {
    if (ipv6) {
      set(concerns, link.name(), "addr_gen_mode", 1); // no address of its own
      set(concerns, link.name(), "autoconf", 0);
      set(concerns, link.name(), "accept_ra", 0);
      return new Attempt.Succeeded<>(Change.MADE);
    }
    if (Files.exists(SETTINGS)) {
      set(concerns, link.name(), "disable_ipv6", 1);
    }
    for (Ipv4Setting stricter : List.of(Ipv4Setting.RP_FILTER, Ipv4Setting.ARP_FILTER)) {
      if (stricter.of(Ipv4Setting.ALL) == 1) {
        concerns.add(
            "net.ipv4.conf.all.%s is 1 and drops what comes in on %s"
                .formatted(stricter.fileName(), link.name()));
      }
    }
    // What comes in for the addresses is answered by way of the parent, where the subnet is.
    Map<Ipv4Setting, Integer> to = new EnumMap<>(Ipv4Setting.class);
    to.put(Ipv4Setting.RP_FILTER, 0);
    to.put(Ipv4Setting.ARP_FILTER, 0);
    to.put(Ipv4Setting.ACCEPT_LOCAL, 1);
    to.put(Ipv4Setting.ARP_IGNORE, 1);
    return links.set(link.index(), to);
  }

  private static void set(List<String> concerns, String name, String setting, int to) {
    Path path = SETTINGS.resolve(name).resolve(setting);
    try {
      if (!Files.readString(path).strip().equals(Integer.toString(to))) {
        Files.writeString(path, Integer.toString(to));
      }
    } catch (IOException e) {
      concerns.add(
          "net.ipv6.conf.%s.%s is to be %d and cannot be set: %s"
              .formatted(name, setting, to, e.getMessage()));
    }
  }
}
