package io.headgate.desired;

import io.headgate.model.BackendState;
import io.headgate.model.Explanation.Verdict;
import io.headgate.model.HealthPolicy;
import io.headgate.model.HealthReport;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProbeTarget.Kind;
import io.headgate.model.ProxyProtocol;
import io.headgate.model.RoutePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a route's backends read the PROXY header that they are sent, or expect one where none is
 * sent. Of those that are well, and only where HTTP or TLS is spoken: to another server the
 * question would be noise. Where each backend is sent its own, {@link ProxyChoice} asks. Decides
 * nothing about a backend; says what clients meet there. Used for one decision, by one thread.
 */
public final class ProxyComparison {
  private static final String EVENT = "ProxyProtocolMismatch";
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final Duration EVERY_WITHOUT_HEADER = Duration.ofMinutes(5);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** One wrong answer may be of a pod that is just going. */
  private static final int SURE = 2;

  // Of a route, where a header is sent and where none is.
  private static final int MOST_ASKED = 64;
  private static final int MOST_ASKED_WITHOUT_HEADER = 8;

  // Under the Cluster policy a node says nothing that another would not.
  private static final int MOST_OF_EQUAL_NODES = 3;
  private static final int MOST_OF_EQUAL_NODES_WITHOUT_HEADER = 1;

  private static final int MOST_NAMED = 3;

  private final RoutePolicy policy;
  private final HealthReport health;
  private final Optional<ProxyProtocol> header;
  private final Optional<Kind> kind;
  private final Set<ProbeTarget> wanted = new HashSet<>();
  private final List<String> mismatches = new ArrayList<>();
  private int matches;
  private int asked;

  ProxyComparison(EffectiveRoute route, HealthReport health) {
    this.policy = route.config().policy();
    this.health = health;
    this.header = policy.proxyProtocol().fixed();
    this.kind =
        header.isPresent() && asks(policy.health()) ? SpokenProtocol.of(route) : Optional.empty();
  }

  private static boolean asks(HealthPolicy health) {
    return health.proxyCheck() && health.type() != HealthPolicy.Type.OFF;
  }

  /** What is known of a backend; empty where nothing is asked. */
  Optional<ProbeStatus> look(Candidate candidate, Finding finding) {
    if (kind.isEmpty() || finding.state() != BackendState.UP || !asksOneMore(candidate)) {
      return Optional.empty();
    }
    ProbeTarget target = target(candidate, kind.get());
    wanted.add(target);
    ProbeStatus status = health.probe(target);
    if (status.last() == ProbeStatus.Answer.GOOD) {
      matches++;
    } else if (isMismatch(status)) {
      mismatches.add(candidate.node());
    }
    return Optional.of(status);
  }

  static Verdict verdict(ProbeStatus status) {
    return new Verdict("proxy-protocol", inWords(status) + ": " + status.detail(), false);
  }

  /** Sure that the backend answers only the other way. */
  public static boolean isMismatch(ProbeStatus status) {
    return status.last() == ProbeStatus.Answer.BAD && status.failures() >= SURE;
  }

  Set<ProbeTarget> wanted() {
    return wanted;
  }

  List<Note> notes() {
    if (mismatches.isEmpty()) {
      return List.of();
    }
    String who = matches == 0 ? "its backends" : "of its backends " + named(mismatches);
    return List.of(
        Note.alarm(
            EVENT,
            EVENT
                + ": "
                + (header() == ProxyProtocol.OFF
                        ? "proxy-protocol is off, and %s answer only behind a PROXY header: set"
                            + " proxy-protocol, or switch it off there"
                        : "proxy-protocol is "
                            + header().name().toLowerCase(Locale.ROOT)
                            + ", and %s answer only without the header: switch proxy-protocol off, or"
                            + " on there")
                    .formatted(who)));
  }

  /** The first few nodes, and how many more there are. */
  static String named(List<String> nodes) {
    return nodes.stream().sorted().limit(MOST_NAMED).collect(Collectors.joining(", "))
        + (nodes.size() > MOST_NAMED ? " and %d more".formatted(nodes.size() - MOST_NAMED) : "");
  }

  private boolean asksOneMore(Candidate candidate) {
    boolean equal = candidate.supply() instanceof Supply.Anywhere;
    int most =
        header() == ProxyProtocol.OFF
            ? equal ? MOST_OF_EQUAL_NODES_WITHOUT_HEADER : MOST_ASKED_WITHOUT_HEADER
            : equal ? MOST_OF_EQUAL_NODES : MOST_ASKED;
    asked++;
    return asked <= most;
  }

  private static String inWords(ProbeStatus status) {
    return switch (status.last()) {
      case GOOD -> "as the backend expects";
      case BAD -> isMismatch(status) ? "mismatch" : "perhaps a mismatch";
      case NONE, UNDECIDED, UNAVAILABLE, REFUSED, TIMED_OUT, UNREACHABLE -> "undecided";
    };
  }

  private ProbeTarget target(Candidate candidate, Kind how) {
    return new ProbeTarget(
        candidate.address(),
        how,
        "",
        header(),
        Probing.source(policy, candidate),
        header() == ProxyProtocol.OFF ? EVERY_WITHOUT_HEADER : EVERY,
        PATIENCE);
  }

  /** Of a route that leaves it to the backends nothing is asked here. */
  private ProxyProtocol header() {
    return header.orElse(ProxyProtocol.OFF);
  }
}
