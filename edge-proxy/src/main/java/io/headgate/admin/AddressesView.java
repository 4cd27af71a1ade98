package io.headgate.admin;

import java.util.List;

/**
 * Who is served on which address, and how full the pools are.
 *
 * @param waiting Services whose class is ours that have no address
 * @param notices what there is to know of the pools, and of others that give of them
 * @param groups of addresses that the edges elect an owner of
 * @param peers other edges, as the link to them knows them
 */
public record AddressesView(
    List<AddressView> addresses,
    List<PoolView> pools,
    List<WaitingView> waiting,
    List<String> notices,
    List<GroupView> groups,
    List<PeerView> peers) {
  /** Where no address is given or configured. */
  public static final AddressesView NONE =
      new AddressesView(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  /**
   * An address that a Service has, or that a route of the file listens on.
   *
   * @param address {@code *} for every local address of both families
   * @param pool in which it lies; {@code configured} where only routes of the file use it
   * @param users who is reached there
   * @param listeners how many there are; 0 where nothing of it is served
   * @param bound how many of them are bound
   * @param owner {@code here}, or in words who has it; empty where this edge does not know
   * @param problems why not the others, and which ports are not served
   */
  public record AddressView(
      String address,
      String pool,
      List<UserView> users,
      int listeners,
      int bound,
      String owner,
      List<String> problems) {}

  /**
   * A Service or a route of the file.
   *
   * @param name {@code namespace/name} of a Service, or the name of a route
   * @param ports on which it is served; empty for a Service of which nothing is
   */
  public record UserView(String name, List<Integer> ports) {}

  /**
   * A pool's addresses of one family.
   *
   * @param from {@code file}, or {@code IPAddressPool metallb-system/public}
   * @param family IPv4 or IPv6
   * @param used an address that Services share counts once
   * @param free that can still be given; not exact near 2^63, where counting ends
   * @param ranges as single addresses and {@code first-last}
   */
  public record PoolView(
      String pool, String from, String family, long used, long free, List<String> ranges) {}

  /**
   * Addresses that move together, and where this edge stands in the election of their owner.
   *
   * @param role active, backup, fault or stopped
   * @param effectivePriority what it stands with now; 0 for not at all
   * @param handedOver by the operator's word
   * @param owner who serves where this edge does not, as far as it is heard
   * @param unfit why this edge should not own them; empty where it should
   */
  public record GroupView(
      String group,
      String interfaceName,
      int routerId,
      String role,
      long sinceSeconds,
      String why,
      int priority,
      int effectivePriority,
      boolean handedOver,
      String owner,
      String unfit,
      List<String> addresses,
      List<String> problems) {}

  /**
   * Another edge.
   *
   * @param name that it gave itself; empty until it was met
   * @param state unknown, alive, leaving, silent or gone
   * @param roundTripMicros of the latest ping; 0 before
   * @param lifeline the death of its process would be seen at once
   */
  public record PeerView(
      String address,
      String name,
      String state,
      String since,
      long roundTripMicros,
      boolean lifeline) {}

  /**
   * A Service that waits for an address.
   *
   * @param why in words; another edge knows where it is the one to give
   */
  public record WaitingView(String service, String why) {}
}
