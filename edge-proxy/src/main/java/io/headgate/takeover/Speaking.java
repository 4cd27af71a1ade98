package io.headgate.takeover;

import io.headgate.config.VrrpGroupConfig;
import io.headgate.linux.Attempt;
import io.headgate.linux.Errno;
import io.headgate.linux.MacAddress;
import io.headgate.linux.NetworkLink;
import io.headgate.vrrp.ElectionState;
import io.headgate.vrrp.Family;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a group has while its interface can be spoken on, and where it stands in the election.
 * Owned by the vrrp thread.
 */
final class Speaking implements AutoCloseable {
  private final Kernel kernel;
  private final NetworkLink link;
  private final Map<Family, InetAddress> sources;
  private final VirtualMac virtualMac;
  private final List<Transport> transports;
  private final Neighbours neighbours;
  private final Holding holding;
  private ElectionState state;

  private Speaking(
      Kernel kernel,
      NetworkLink link,
      Map<Family, InetAddress> sources,
      VirtualMac virtualMac,
      List<Transport> transports,
      Neighbours neighbours,
      ElectionState state,
      Teller told) {
    this.kernel = kernel;
    this.link = link;
    this.sources = sources;
    this.virtualMac = virtualMac;
    this.transports = transports;
    this.neighbours = neighbours;
    this.holding = new Holding(kernel, virtualMac::interfaceOf, Optional.of(neighbours), told);
    this.state = state;
    descriptors().forEach(kernel.descriptors()::add);
  }

  /**
   * Opens the sockets of a group; nothing is sent yet.
   *
   * @param sources of its advertisements, one for each of its families
   * @param state that it begins in
   */
  static Attempt<Speaking> open(
      VrrpGroupConfig config,
      Kernel kernel,
      NetworkLink link,
      Map<Family, InetAddress> sources,
      ElectionState state,
      Teller told) {
    Optional<MacAddress> mac = link.mac();
    if (mac.isEmpty()) {
      return new Attempt.Refused<>(
          Errno.EOPNOTSUPP, "interface " + link.name() + " is no Ethernet interface");
    }
    List<Family> families = sources.keySet().stream().sorted().toList();
    return VirtualMac.open(
            kernel, link, config.virtualMac() ? families : List.of(), config.routerId(), told)
        .then(virtualMac -> {
          Attempt<Speaking> begun =
              transports(config, link, sources, virtualMac)
                  .then(transports ->
                      neighbours(link, mac.get(), virtualMac, transports)
                          .map(neighbours ->
                              new Speaking(
                                  kernel,
                                  link,
                                  sources,
                                  virtualMac,
                                  transports,
                                  neighbours,
                                  state,
                                  told)));
          if (begun instanceof Attempt.Refused<Speaking>) {
            virtualMac.close();
          }
          return begun;
        });
  }

  private static Attempt<List<Transport>> transports(
      VrrpGroupConfig config,
      NetworkLink link,
      Map<Family, InetAddress> sources,
      VirtualMac virtualMac) {
    List<Transport> opened = new ArrayList<>();
    for (Map.Entry<Family, InetAddress> source : sources.entrySet()) {
      Family family = source.getKey();
      Optional<MacAddress> from = Optional.ofNullable(virtualMac.macs().get(family));
      switch (Transport.open(config, family, link.index(), source.getValue(), from)) {
        case Attempt.Succeeded<Transport>(Transport transport) -> opened.add(transport);
        case Attempt.Refused<Transport> refused -> {
          opened.forEach(Transport::close);
          return refused.map(_ -> opened);
        }
      }
    }
    return new Attempt.Succeeded<>(List.copyOf(opened));
  }

  private static Attempt<Neighbours> neighbours(
      NetworkLink link, MacAddress mac, VirtualMac virtualMac, List<Transport> transports) {
    Attempt<Neighbours> opened = Neighbours.open(link.index(), mac, virtualMac.macs());
    if (opened instanceof Attempt.Refused<Neighbours>) {
      transports.forEach(Transport::close);
    }
    return opened;
  }

  private List<Integer> descriptors() {
    List<Integer> all = new ArrayList<>(neighbours.descriptors());
    transports.forEach(transport -> all.add(transport.descriptor()));
    return all;
  }

  /** Whether it goes on on an interface that is so now, and speaks from these addresses. */
  boolean fits(Optional<NetworkLink> now, Map<Family, InetAddress> sourcesNow, Network network) {
    return isOn(now)
        && now.flatMap(NetworkLink::mac).equals(link.mac())
        && sourcesNow.equals(sources)
        && virtualMac.intact(network);
  }

  boolean isOn(Optional<NetworkLink> now) {
    return now.filter(found -> found.index() == link.index()).isPresent();
  }

  NetworkLink link() {
    return link;
  }

  Map<Family, InetAddress> sources() {
    return sources;
  }

  VirtualMac virtualMac() {
    return virtualMac;
  }

  List<Transport> transports() {
    return transports;
  }

  Holding holding() {
    return holding;
  }

  ElectionState state() {
    return state;
  }

  void become(ElectionState next) {
    state = next;
  }

  void send(int priority) {
    for (Transport transport : transports) {
      transport.send(priority);
    }
  }

  /** Lets go of the addresses, too. */
  @Override
  public void close() {
    holding.release();
    virtualMac.close();
    descriptors().forEach(kernel.descriptors()::remove);
    transports.forEach(Transport::close);
    neighbours.close();
  }
}
