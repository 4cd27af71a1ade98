package io.headgate.addressing;

import io.headgate.model.Addresses;
import io.headgate.model.EdgePort;
import io.headgate.model.IpFamily;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.PortProblem;
import io.headgate.model.ServiceReport.Remark;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What is said of a decision to the Service that it is about. */
record Verdict(
    Claimant claimant,
    Memory memory,
    Optional<Placement> place,
    Allocation allocation,
    String uncertain) {
  private static final int MOST_CONFLICTS_NAMED = 5;

  Assignment assignment() {
    return new Assignment(
        claimant.service().uid(),
        place.map(Placement::addresses).orElse(List.of()),
        place.map(there -> there.holding().pool().name()).orElse(""),
        place.map(this::portProblems).orElse(List.of()),
        remarks());
  }

  /**
   * Whether no other Service has a say in it: the same Service at the same place is told the same.
   */
  boolean isOfItsOwn() {
    return place
        .filter(there ->
            there.conflicts().isEmpty()
                && memory.lost().isEmpty()
                && memory.holding().equals(Optional.of(there.holding()))
                && (claimant.wish().refusal().isPresent()
                    || claimant.wish().isMetBy(there.holding())))
        .isPresent();
  }

  /** In the order of the Service's ports. */
  private List<PortProblem> portProblems(Placement place) {
    Set<Conflict.Port> lost = place.lost();
    return claimant.ports().stream()
        .filter(wanted -> lost.contains(Conflict.Port.of(wanted)))
        .map(EdgePort::port)
        .map(port -> new PortProblem(port.protocol(), port.port(), Reasons.PORT_ERROR))
        .toList();
  }

  private List<Remark> remarks() {
    List<Remark> remarks = new ArrayList<>();
    if (!claimant.leftAlone().isEmpty()) {
      warn(remarks, Reasons.LEFT_ALONE, List.of(claimant.leftAlone()));
      return remarks;
    }
    remarks.addAll(claimant.wish().notes());
    if (hasWhatWeDoNotKnow()) {
      warn(remarks, Reasons.POOLS_UNREAD, List.of(uncertain + "; its status is left as it is"));
      return remarks;
    }
    refusalOrFailure().ifPresent(remarks::add);
    warn(remarks, Reasons.CLEARED, lost());
    place.ifPresent(there -> {
      warn(remarks, Reasons.PORT_IN_USE, conflicts(there));
      note(remarks, Reasons.FAMILY_MISSING, missing(there));
      note(remarks, Reasons.ALLOCATED, news(there));
    });
    return remarks;
  }

  private boolean hasWhatWeDoNotKnow() {
    return !uncertain.isEmpty()
        && Memory.shown(claimant.service().request()).stream().anyMatch(address -> !has(address));
  }

  private Optional<Remark> refusalOrFailure() {
    Wish wish = claimant.wish();
    if (wish.refusal().isPresent()) {
      return wish.refusal()
          .map(why -> new Remark(why.level(), why.reason(), why.message() + kept()));
    }
    return place.filter(there -> wish.isMetBy(there.holding())).isPresent()
        ? Optional.empty()
        : Optional.of(
            new Remark(Level.WARNING, Reasons.FAILED, allocation.whyNot(claimant) + kept()));
  }

  private String kept() {
    return place
        .map(there -> "; it keeps " + text(there.addresses()))
        .orElse("; it has no address");
  }

  private List<String> lost() {
    Stream<String> closed =
        memory.holding().stream()
            .filter(holding -> place.isEmpty() || claimant.wish().isMetBy(holding))
            .flatMap(holding -> holding.addresses().stream())
            .filter(address -> !has(address))
            .flatMap(address ->
                allocation
                    .closedBy(address, claimant)
                    .map(other ->
                        Addresses.text(address)
                            + " belongs to "
                            + other.key()
                            + ", which has another share-key")
                    .stream());
    return Stream.concat(memory.lost().stream(), closed).toList();
  }

  private boolean has(InetAddress address) {
    return place.filter(there -> there.addresses().contains(address)).isPresent();
  }

  private static List<String> conflicts(Placement place) {
    List<Conflict> conflicts = place.conflicts();
    List<String> named =
        conflicts.stream().limit(MOST_CONFLICTS_NAMED).map(Conflict::toString).toList();
    return conflicts.size() <= MOST_CONFLICTS_NAMED
        ? named
        : Stream.concat(
                named.stream(),
                Stream.of((conflicts.size() - MOST_CONFLICTS_NAMED) + " more are in use"))
            .toList();
  }

  private List<String> missing(Placement place) {
    Wish wish = claimant.wish();
    return wish.refusal().isPresent() || !wish.isMetBy(place.holding())
        ? List.of()
        : wish.families().stream()
            .filter(family -> !place.holding().has(family))
            .map(family -> noneLeft(family, place))
            .toList();
  }

  private static String noneLeft(IpFamily family, Placement place) {
    return "pool " + place.holding().pool() + " has no address of " + family + " for it";
  }

  /** Said until the status shows it, so that a restart has nothing to say. */
  private List<String> news(Placement place) {
    List<InetAddress> shown = Memory.shown(claimant.service().request());
    List<String> news =
        place.addresses().stream()
            .filter(address -> !shown.contains(address))
            .map(Addresses::text)
            .toList();
    return news.isEmpty()
        ? List.of()
        : List.of(String.join(", ", news) + " of pool " + place.holding().pool());
  }

  private static void warn(List<Remark> remarks, String reason, List<String> sentences) {
    add(remarks, Level.WARNING, reason, sentences);
  }

  private static void note(List<Remark> remarks, String reason, List<String> sentences) {
    add(remarks, Level.NORMAL, reason, sentences);
  }

  private static void add(
      List<Remark> remarks, Level level, String reason, List<String> sentences) {
    if (!sentences.isEmpty()) {
      remarks.add(new Remark(level, reason, String.join("; ", sentences)));
    }
  }

  private static String text(List<InetAddress> addresses) {
    return String.join(", ", addresses.stream().map(Addresses::text).toList());
  }
}
