package io.headgate.kubernetes;

import io.headgate.model.Addresses;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which edges announce an address: own it on the network, or offer it to routers.
 *
 * @param edges their names, by the address; of one that is missing nobody is known
 * @param settled whether that nobody is known means that nobody does: not right after a start
 */
public record Announcers(Map<InetAddress, Set<String>> edges, boolean settled) {
  /** Nothing is known yet. */
  public static final Announcers UNKNOWN = new Announcers(Map.of(), false);

  public Announcers {
    edges = Map.copyOf(edges);
  }

  /**
   * The annotation {@code headgate.io/announced-by} of a Service: the names with commas between,
   * {@code edge-a,edge-b}; where its addresses differ, a pair for each address and edge, {@code
   * 192.0.2.10=edge-a,192.0.2.11=edge-b}. Empty where nobody announces any.
   *
   * @param there what it says now; it stays while too little is known
   */
  Optional<String> of(List<InetAddress> addresses, String there) {
    boolean unknown = !settled && !edges.keySet().containsAll(addresses);
    return Optional.of(unknown ? there : names(addresses)).filter(text -> !text.isEmpty());
  }

  private String names(List<InetAddress> addresses) {
    boolean alike = addresses.stream().map(this::edges).distinct().count() == 1;
    return alike
        ? sorted(addresses.getFirst()).collect(Collectors.joining(","))
        : addresses.stream()
            .flatMap(address -> sorted(address).map(edge -> Addresses.text(address) + "=" + edge))
            .collect(Collectors.joining(","));
  }

  private Set<String> edges(InetAddress address) {
    return edges.getOrDefault(address, Set.of());
  }

  private Stream<String> sorted(InetAddress address) {
    return edges(address).stream().sorted();
  }
}
