package io.headgate.desired;

import io.headgate.model.Addresses;
import io.headgate.model.ClusterNode;
import io.headgate.model.IpFamily;
import io.headgate.model.Printable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Where an administrator says that a Node is reached, whatever its status says. */
final class WrittenNodeAddress {
  static final String ANNOTATION = "headgate.io/address";

  private static final String ALLOWED =
      "an IP address, or one of each family, with a comma between";

  private WrittenNodeAddress() {}

  /** At most one of each family; none where nothing is said, or what makes no sense. */
  static List<InetAddress> of(ClusterNode node) {
    String text = node.annotations().get(ANNOTATION);
    return text == null ? List.of() : parse(text).orElse(List.of());
  }

  /** Before those of the Node's status. */
  static Stream<InetAddress> first(ClusterNode node, List<InetAddress> ofStatus) {
    return Stream.concat(of(node).stream(), ofStatus.stream());
  }

  private static Optional<List<InetAddress>> parse(String text) {
    List<InetAddress> addresses = new ArrayList<>();
    Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
    for (String part : text.split(",", -1)) {
      Optional<InetAddress> address =
          Addresses.parse(part.strip()).filter(WrittenNodeAddress::canBeReached);
      if (address.isEmpty() || !families.add(IpFamily.of(address.get()))) {
        return Optional.empty();
      }
      addresses.add(address.get());
    }
    return Optional.of(addresses);
  }

  /** This host is no node of the cluster. */
  private static boolean canBeReached(InetAddress address) {
    return !address.isAnyLocalAddress()
        && !address.isLoopbackAddress()
        && !address.isMulticastAddress()
        && !address.isLinkLocalAddress();
  }

  static Optional<String> mistake(ClusterNode node) {
    String text = node.annotations().get(ANNOTATION);
    return text == null || parse(text).isPresent()
        ? Optional.empty()
        : Optional.of(
            "annotation %s is '%s' and not %s: ignored"
                .formatted(ANNOTATION, Printable.text(text), ALLOWED));
  }
}
