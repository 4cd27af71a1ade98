package io.headgate.linux;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the interface below a virtual router's needs so that it neither answers for the router's
 * IPv4 addresses nor shows them with its own Ethernet address, and what it had before. That is
 * written on the virtual interface itself, so that whoever finds one left behind can undo it.
 *
 * @param before by setting that had to be changed
 */
record ParentSettings(Map<Ipv4Setting, Integer> before) {
  static final ParentSettings NONE = new ParentSettings(Map.of());

  /** How the alias of every interface begins that was created here. */
  private static final String MARK = "headgate";

  /**
   * The first two as keepalived has them. By the third, the kernel does not ask for its clients'
   * Ethernet addresses in the name of the router's address, which would tell them its own.
   */
  private static final Map<Ipv4Setting, Integer> NEEDED =
      new EnumMap<>(
          Map.of(
              Ipv4Setting.ARP_IGNORE, 1, Ipv4Setting.ARP_FILTER, 1, Ipv4Setting.ARP_ANNOUNCE, 2));

  ParentSettings {
    before = Map.copyOf(before);
  }

  /** Of a parent; where it has other virtual interfaces already, what it had before those. */
  static ParentSettings of(NetworkLink parent, List<NetworkLink> all) {
    Map<Ipv4Setting, Integer> before = new EnumMap<>(Ipv4Setting.class);
    NEEDED.forEach((setting, needed) -> {
      int is = setting.of(parent.name());
      if (is >= 0 && is < needed) {
        before.put(setting, is);
      }
    });
    for (NetworkLink link : all) {
      if (link.parentIndex().orElse(0) == parent.index()) {
        before.putAll(onAlias(link).orElse(NONE).before);
      }
    }
    return new ParentSettings(before);
  }

  /** Empty where the interface was not created here. */
  static Optional<ParentSettings> onAlias(NetworkLink link) {
    return link.alias()
        .map(alias -> alias.split(" "))
        .filter(words -> words[0].equals(MARK))
        .map(words -> {
          Map<Ipv4Setting, Integer> before = new EnumMap<>(Ipv4Setting.class);
          for (Ipv4Setting setting : Ipv4Setting.values()) {
            String begin = setting.fileName() + "=";
            Arrays.stream(words)
                .filter(word -> word.matches(begin + "\\d{1,5}"))
                .forEach(
                    word -> before.put(setting, Integer.parseInt(word.substring(begin.length()))));
          }
          return new ParentSettings(before);
        });
  }

  /** For {@link #onAlias}. */
  String alias() {
    return before.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> " " + entry.getKey().fileName() + "=" + entry.getValue())
        .collect(Collectors.joining("", MARK, ""));
  }

  /** Has the parent as it is needed. */
  Attempt<Change> apply(NetworkLinks links, int parentIndex) {
    Map<Ipv4Setting, Integer> to = new EnumMap<>(Ipv4Setting.class);
    before.keySet().forEach(setting -> to.put(setting, NEEDED.getOrDefault(setting, 0)));
    return links.set(parentIndex, to);
  }

  /** Has the parent as it was, but for what somebody else has changed since. */
  Attempt<Change> restore(NetworkLinks links, NetworkLink parent) {
    Map<Ipv4Setting, Integer> to = new EnumMap<>(Ipv4Setting.class);
    before.forEach((setting, was) -> {
      if (NEEDED.getOrDefault(setting, -1) == setting.of(parent.name())) {
        to.put(setting, was);
      }
    });
    return links.set(parent.index(), to);
  }
}
