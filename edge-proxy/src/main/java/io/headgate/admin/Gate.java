package io.headgate.admin;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may ask: the defence of the two doors against a browser that another site has turned against
 * them. A page that rebinds its own name to 127.0.0.1 is caught by its Host header, a page that
 * posts across sites by its Origin header.
 */
sealed interface Gate {
  /** Why a request with these headers is not answered; empty for come in. */
  Optional<Answer> refusal(List<String> hosts, List<String> origins);

  /** The Unix socket: the file's mode decides; no browser has any business there. */
  record Socket() implements Gate {
    @Override
    public Optional<Answer> refusal(List<String> hosts, List<String> origins) {
      return origins.isEmpty()
          ? Optional.empty()
          : Optional.of(Answer.error(403, "the admin socket takes no request from a web page"));
    }
  }

  /** The loopback port: only under a loopback name, and only to its own page. */
  record Loopback(InetSocketAddress bound) implements Gate {
    @Override
    public Optional<Answer> refusal(List<String> hosts, List<String> origins) {
      if (hosts.size() != 1 || !isOurs(hosts.getFirst())) {
        return Optional.of(
            Answer.error(
                421,
                "the Host header must be localhost or the loopback address, with port %d"
                    .formatted(bound.getPort())));
      }
      return origins.stream().allMatch(this::isOurOrigin)
          ? Optional.empty()
          : Optional.of(Answer.error(403, "no request from another origin is answered"));
    }

    private boolean isOurOrigin(String origin) {
      return origin.startsWith("http://") && isOurs(origin.substring("http://".length()));
    }

    private boolean isOurs(String authority) {
      String port = ":" + bound.getPort();
      String lower = authority.toLowerCase(Locale.ROOT);
      String name =
          lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
      boolean portGiven = name.length() < lower.length();
      return (portGiven || bound.getPort() == 80)
          && List.of("localhost", "127.0.0.1", "[::1]", bound.getAddress().getHostAddress())
              .contains(name);
    }
  }
}
