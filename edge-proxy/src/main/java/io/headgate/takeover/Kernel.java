package io.headgate.takeover;

import io.headgate.linux.Attempt;
import io.headgate.linux.DescriptorWait;
import io.headgate.linux.InterfaceAddress;
import io.headgate.linux.InterfaceAddresses;
import io.headgate.linux.NetworkChange;
import io.headgate.linux.NetworkChanges;
import io.headgate.linux.NetworkLink;
import io.headgate.linux.NetworkLinks;
import io.headgate.linux.NftTables;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What takeover has of the kernel, but for the sockets of a group. Owned by the vrrp thread. */
final class Kernel implements AutoCloseable {
  /** Sockets at once: four for a group, of at most 255 groups for each of some interfaces. */
  private static final int DESCRIPTORS = 4096;

  /** Longer than addresses: what holds them back from the network is there as long as they are. */
  private static final int TABLES_LINGER_SECONDS = Holding.LIFETIME_SECONDS + 1;

  private final DescriptorWait wait;
  private final InterfaceAddresses addresses;
  private final NetworkLinks links;
  private final NetworkChanges changes;
  private Network network = Network.UNKNOWN;
  private @Nullable NftTables tables;
  private String tablesProblem = "";

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

  /**
   * Has nftables at hand from now on, or not; with it, everything it was told. What has ended is
   * begun anew.
   */
  void useTables(boolean use) {
    NftTables now = tables;
    if (now != null && (!use || now.problem().isPresent())) {
      now.close();
      tables = null;
    }
    tablesProblem = "";
    if (use && tables == null) {
      switch (NftTables.open(TABLES_LINGER_SECONDS)) {
        case Attempt.Succeeded<NftTables>(NftTables opened) -> tables = opened;
        case Attempt.Refused<NftTables>(_, String why) -> tablesProblem = why;
      }
    }
  }

  /** Empty where they are not used, or cannot be. */
  Optional<NftTables> tables() {
    return Optional.ofNullable(tables).filter(now -> now.problem().isEmpty());
  }

  /** Why {@link #tables} are not there though they are to be used; empty where they are. */
  Optional<String> tablesProblem() {
    NftTables now = tables;
    return now != null ? now.problem() : Optional.of(tablesProblem).filter(why -> !why.isEmpty());
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
    useTables(false);
    changes.close();
    links.close();
    addresses.close();
    wait.close();
  }
}
