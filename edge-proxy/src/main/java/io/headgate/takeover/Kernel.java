package io.headgate.takeover;

import io.headgate.linux.Attempt;
import io.headgate.linux.DescriptorWait;
import io.headgate.linux.InterfaceAddress;
import io.headgate.linux.InterfaceAddresses;
import io.headgate.linux.NetworkChange;
import io.headgate.linux.NetworkChanges;
import io.headgate.linux.NetworkLink;
import io.headgate.linux.NetworkLinks;
import java.util.List;

/** What takeover has of the kernel, but for the sockets of a group. Owned by the vrrp thread. */
final class Kernel implements AutoCloseable {
  /** Sockets at once: four for a group, of at most 255 groups for each of some interfaces. */
  private static final int DESCRIPTORS = 4096;

  private final DescriptorWait wait;
  private final InterfaceAddresses addresses;
  private final NetworkLinks links;
  private final NetworkChanges changes;
  private Network network = Network.UNKNOWN;

  private Kernel(
      DescriptorWait wait,
      InterfaceAddresses addresses,
      NetworkLinks links,
      NetworkChanges changes) {
    this.wait = wait;
    this.addresses = addresses;
    this.links = links;
    this.changes = changes;
    wait.add(changes.descriptor());
  }

  static Attempt<Kernel> open() {
    return DescriptorWait.open(DESCRIPTORS)
        .then(wait ->
            InterfaceAddresses.open()
                .then(addresses ->
                    NetworkLinks.open()
                        .then(links ->
                            NetworkChanges.open()
                                .map(changes -> new Kernel(wait, addresses, links, changes)))));
  }

  DescriptorWait descriptors() {
    return wait;
  }

  InterfaceAddresses addresses() {
    return addresses;
  }

  NetworkLinks links() {
    return links;
  }

  Network network() {
    return network;
  }

  /**
   * Lists everything anew where something may be different.
   *
   * @return whether it was
   */
  boolean look() {
    boolean news = false;
    for (NetworkChange change : changes.take()) {
      news |=
          switch (change) {
            case NetworkChange.AddressAdded(InterfaceAddress added) ->
                added.protocol() != InterfaceAddresses.PROTOCOL
                    || !network.has(added.interfaceIndex(), added.address()); // not only refreshed
            case NetworkChange.AddressRemoved _,
                NetworkChange.LinkChanged _,
                NetworkChange.LinkRemoved _,
                NetworkChange.LookAgain _ ->
                true;
          };
    }
    if (news) {
      list();
    }
    return news;
  }

  /** A list that the kernel refuses just now leaves what was known. */
  void list() {
    List<NetworkLink> nowLinks = links.list().optional().orElse(network.links());
    List<InterfaceAddress> nowAddresses = addresses.list().optional().orElse(network.addresses());
    network = new Network(nowLinks, nowAddresses);
  }

  @Override
  public void close() {
    changes.close();
    links.close();
    addresses.close();
    wait.close();
  }
}
