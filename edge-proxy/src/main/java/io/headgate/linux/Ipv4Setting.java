package io.headgate.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Settings of an interface below {@code net.ipv4.conf}, with their numbers of linux/ip.h. They are
 * read as files and written by rtnetlink: a service may see /proc/sys without being able to write.
 */
public enum Ipv4Setting {
  RP_FILTER(8),
  ARP_FILTER(13),
  ARP_ANNOUNCE(18),
  ARP_IGNORE(19),
  ACCEPT_LOCAL(23);

  /** In place of an interface: what holds for all, where it is stricter. */
  public static final String ALL = "all";

  private static final Path SETTINGS = Path.of("/proc/sys/net/ipv4/conf");

  private final int number;

  Ipv4Setting(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /** As it is below /proc/sys. */
  String fileName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** -1 where it cannot be read. */
  public int of(String interfaceName) {
    try {
      return Integer.parseInt(
          Files.readString(SETTINGS.resolve(interfaceName).resolve(fileName())).strip());
    } catch (IOException | NumberFormatException _) {
      return -1;
    }
  }
}
