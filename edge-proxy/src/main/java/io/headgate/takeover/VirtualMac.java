package io.headgate.takeover;

import io.headgate.linux.Attempt;
import io.headgate.linux.Change;
import io.headgate.linux.MacAddress;
import io.headgate.linux.NetworkLink;
import io.headgate.linux.VirtualMacInterface;
import io.headgate.vrrp.Family;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The virtual router's Ethernet addresses of a group, one by family, and the interfaces that answer
 * with them while the addresses are ours (RFC 9568 section 7.3). Of a group without {@code
 * virtual-mac}, there are none, and all is done with the interface's own. Owned by the vrrp thread.
 */
final class VirtualMac implements AutoCloseable {
  private final Kernel kernel;
  private final Teller told;
  private final int parentIndex;
  private final Map<Family, VirtualMacInterface> interfaces = new EnumMap<>(Family.class);

  private VirtualMac(Kernel kernel, Teller told, int parentIndex) {
    this.kernel = kernel;
    this.told = told;
    this.parentIndex = parentIndex;
  }

  /**
   * Creates the interfaces, which are down.
   *
   * @param families that have a virtual Ethernet address; none for a group without
   */
  static Attempt<VirtualMac> open(
      Kernel kernel, NetworkLink parent, List<Family> families, int routerId, Teller told) {
    var opened = new VirtualMac(kernel, told, parent.index());
    for (Family family : families) {
      boolean ipv6 = family == Family.IPV6;
      switch (VirtualMacInterface.create(kernel.links(), parent, ipv6, routerId)) {
        case Attempt.Succeeded<VirtualMacInterface>(VirtualMacInterface created) -> {
          opened.interfaces.put(family, created);
          created.concerns().forEach(concern -> told.tell(true, concern));
        }
        case Attempt.Refused<VirtualMacInterface> refused -> {
          opened.close();
          return refused.map(_ -> opened);
        }
      }
    }
    if (!families.isEmpty()) {
      kernel.list();
    }
    return new Attempt.Succeeded<>(opened);
  }

  /** Those that a process that died has left behind. */
  static void sweep(Kernel kernel, Teller told) {
    switch (VirtualMacInterface.deleteLeftBehind(kernel.links())) {
      case Attempt.Succeeded<List<String>>(List<String> names) ->
          names.forEach(name ->
              told.tell(true, "interface " + name + " was left by a process that died: deleted"));
      case Attempt.Refused<List<String>>(_, String why) -> told.tell(true, why);
    }
  }

  /** Where an address is to be put. */
  int interfaceOf(InetAddress address) {
    VirtualMacInterface of = interfaces.get(Family.of(address));
    return of == null ? parentIndex : of.index();
  }

  /** By family; empty where the interface's own is used. */
  Map<Family, MacAddress> macs() {
    Map<Family, MacAddress> macs = new EnumMap<>(Family.class);
    interfaces.forEach((family, of) -> macs.put(family, of.mac()));
    return macs;
  }

  /** Whether nobody has deleted one of the interfaces. */
  boolean intact(Network network) {
    return interfaces.values().stream().allMatch(of -> link(network, of).isPresent());
  }

  /** The addresses are ours from now on, and the interfaces answer. */
  void raise() {
    for (VirtualMacInterface of : interfaces.values()) {
      raise(of);
    }
  }

  private void raise(VirtualMacInterface of) {
    tellRefusal(of.raise(kernel.links()));
  }

  /** The addresses are another edge's from now on, and the interfaces are silent. */
  void lower() {
    interfaces.values().forEach(of -> tellRefusal(of.lower(kernel.links())));
  }

  /** Raises again what somebody has set down while the addresses are ours. */
  void look(Network network) {
    for (VirtualMacInterface of : interfaces.values()) {
      if (link(network, of).filter(found -> !found.up()).isPresent()) {
        told.tell(true, "interface " + of.name() + " was set down by somebody else: set up again");
        raise(of);
      }
    }
  }

  private static Optional<NetworkLink> link(Network network, VirtualMacInterface of) {
    return network.links().stream().filter(link -> link.index() == of.index()).findFirst();
  }

  private void tellRefusal(Attempt<Change> done) {
    if (done instanceof Attempt.Refused<Change>(_, String why)) {
      told.tell(true, why);
    }
  }

  /** Deletes the interfaces, and has their parent as it was. */
  @Override
  public void close() {
    interfaces.values().forEach(of -> tellRefusal(of.delete(kernel.links())));
    interfaces.clear();
  }
}
