package io.headgate.model;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reading and writing literal IP addresses. Never asks a name server. */
public final class Addresses {
  /** IPv4 before IPv6, in each from the lowest to the highest. */
  public static final Comparator<InetAddress> ORDER =
      Comparator.comparing(IpFamily::of)
          .thenComparing((a, b) -> Arrays.compareUnsigned(a.getAddress(), b.getAddress()));

  private static final Pattern DOTTED_QUAD =
      Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

  private Addresses() {}

  /** The address that {@code text} writes, or empty where it is no literal IPv4 or IPv6 address. */
  public static Optional<InetAddress> parse(String text) {
    boolean literal =
        text.indexOf(':') >= 0
            ? text.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0)
            : isDottedQuad(text);
    if (!literal) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * The address that 4 or 16 bytes are. An IPv4-mapped one (RFC 4291 section 2.5.5.2) is IPv4.
   *
   * @throws IllegalArgumentException of another number of bytes
   */
  public static InetAddress of(byte... bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address of %d bytes".formatted(bytes.length), e);
    }
  }

  /** {@code 10.0.0.1:80} or {@code [::1]:80}, or empty. */
  public static Optional<InetSocketAddress> parseWithPort(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
      return Optional.empty();
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed != (host.indexOf(':') >= 0)) {
      return Optional.empty();
    }
    int port = Integer.parseInt(text.substring(colon + 1));
    if (port < 1 || port > 65_535) {
      return Optional.empty();
    }
    return parse(bracketed ? host.substring(1, host.length() - 1) : host)
        .map(address -> new InetSocketAddress(address, port));
  }

  /** {@code 10.0.0.1:80} or {@code [2001:db8::1]:80}. */
  public static String text(InetAddress address, int port) {
    return address instanceof Inet6Address
        ? "[" + text(address) + "]:" + port
        : text(address) + ":" + port;
  }

  /** As {@link #text(InetAddress, int)}. */
  public static String text(InetSocketAddress address) {
    return text(address.getAddress(), address.getPort());
  }

  /** The address alone, IPv6 in the short form of RFC 5952. */
  public static String text(InetAddress address) {
    return address instanceof Inet4Address
        ? address.getHostAddress()
        : shortened(address.getAddress());
  }

  private static boolean isDottedQuad(String text) {
    return DOTTED_QUAD.matcher(text).matches();
  }

  private static String shortened(byte[] bytes) {
    int longestStart = -1;
    int longest = 1;
    for (int start = 0; start < 8; start++) {
      int end = start;
      while (end < 8 && group(bytes, end) == 0) {
        end++;
      }
      if (end - start > longest) {
        longestStart = start;
        longest = end - start;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == longestStart) {
        text.append("::");
        i += longest - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(group(bytes, i)));
    }
    return text.toString();
  }

  private static int group(byte[] bytes, int index) {
    return (bytes[2 * index] & 0xff) << 8 | (bytes[2 * index + 1] & 0xff);
  }
}
