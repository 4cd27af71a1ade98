package io.headgate.desired;

import io.headgate.model.BackendState;
import io.headgate.model.Explanation.Verdict;
import io.headgate.model.HealthReport;
import io.headgate.model.ProbeStatus;
import io.headgate.model.ProbeStatus.Answer;
import io.headgate.model.ProbeTarget;
import io.headgate.model.ProbeTarget.Kind;
import io.headgate.model.ProxyProtocol;
import io.headgate.model.RoutePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which PROXY header each backend of one cluster is sent. Where that is left to the backends
 * ({@code proxy-protocol = auto}) they are asked again and again, and the newest answer counts at
 * once. One that has not said is not used beside those that have. Where none has, each is sent what
 * it expected last, or else no header. Used for one decision, by one thread: first {@link #hear} of
 * all, then {@link #choose} for each.
 */
final class ProxyChoice {
  /** The reason of the Event. */
  static final String EVENT = "ProxyProtocolUnknown";

  private static final String NOT_ASKED_YET = "not known yet whether it expects a PROXY header";
  private static final String UNKNOWN = "not known whether it expects a PROXY header";
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** More are asked less often, so that this host does not drown in handshakes. */
  private static final int ASKED_IN_AN_INTERVAL = 64;

  /** Under the Cluster policy a node says nothing that another would not. */
  private static final int MOST_OF_EQUAL_NODES = 3;

  private final RoutePolicy policy;
  private final Optional<Spoken> fixed;
  private final HealthReport health;
  private final Optional<Kind> kind;
  private final Duration interval;
  private final Set<ProbeTarget> wanted = new HashSet<>();
  private final Map<ProxyProtocol, Integer> saidByEquals = new EnumMap<>(ProxyProtocol.class);
  private final List<String> guessed = new ArrayList<>();
  private final List<String> heldBack = new ArrayList<>();
  private int equalsAsked;
  private ProbeStatus ofEquals = ProbeStatus.NONE;
  private boolean anySure;

  /**
   * What is known of one backend by itself.
   *
   * @param alone what it comes to but for this
   * @param spoken empty where it has never said
   * @param status of what it was asked; empty where it is not asked
   */
  record Heard(Draft draft, Finding alone, Optional<Spoken> spoken, Optional<ProbeStatus> status) {}

  /**
   * What becomes of a backend.
   *
   * @param spoken what its connections begin with; empty for no header, for want of knowledge
   * @param verdict for {@code headgate explain}; empty where the backend has no say
   */
  record Chosen(Finding finding, Optional<Spoken> spoken, Optional<Verdict> verdict) {
    ProxyProtocol header() {
      return spoken.map(Spoken::header).orElse(ProxyProtocol.OFF);
    }
  }

  /** Of one cluster with so many backends. */
  ProxyChoice(EffectiveRoute route, HealthReport health, int backends) {
    this.policy = route.config().policy();
    this.fixed = policy.proxyProtocol().fixed().map(header -> new Spoken(header, true));
    this.health = health;
    this.kind = fixed.isPresent() ? Optional.empty() : SpokenProtocol.of(route);
    this.interval = policy.health().interval().multipliedBy(1L + backends / ASKED_IN_AN_INTERVAL);
  }

  Heard hear(Draft draft, Finding alone) {
    Heard heard = heard(draft, alone);
    anySure |= alone.inUse() && heard.spoken().filter(Spoken::sure).isPresent();
    return heard;
  }

  private Heard heard(Draft draft, Finding alone) {
    if (fixed.isPresent()) {
      return new Heard(draft, alone, fixed, Optional.empty());
    }
    Optional<Spoken> before =
        draft.past().spoken().map(known -> alone.inUse() ? known : known.unsure());
    boolean equal = isEqual(draft);
    boolean enough = equal && equalsAsked == MOST_OF_EQUAL_NODES;
    if (kind.isEmpty() || enough || !mayAnswer(alone)) {
      return new Heard(draft, alone, before, Optional.empty());
    }
    ProxyProtocol asked = before.map(Spoken::header).orElse(ProxyProtocol.V2);
    ProbeStatus status = health.probe(target(draft.candidate(), asked));
    Optional<ProxyProtocol> said = said(asked, status);
    Optional<Spoken> now = said.map(header -> new Spoken(header, true)).or(() -> before);
    if (equal) {
      equalsAsked++;
      said.ifPresent(header -> saidByEquals.merge(header, 1, Integer::sum));
      ofEquals = status.last() == Answer.NONE ? ofEquals : status;
    }
    return new Heard(draft, alone, now, Optional.of(status));
  }

  private static boolean isEqual(Draft draft) {
    return draft.candidate().supply() instanceof Supply.Anywhere;
  }

  /** One that is about to go, or that nothing is behind, is asked when it comes back. */
  private static boolean mayAnswer(Finding alone) {
    return switch (alone.state()) {
      case PENDING, UP, SUSPECT -> true;
      case DOWN -> alone.lastResort();
      case DRAIN, MAINT -> false;
    };
  }

  private static Optional<ProxyProtocol> said(ProxyProtocol asked, ProbeStatus status) {
    return switch (status.last()) {
      case GOOD -> Optional.of(asked);
      case BAD -> Optional.of(asked == ProxyProtocol.OFF ? ProxyProtocol.V2 : ProxyProtocol.OFF);
      case NONE, UNDECIDED, UNAVAILABLE, REFUSED, TIMED_OUT, UNREACHABLE -> Optional.empty();
    };
  }

  Chosen choose(Heard one) {
    if (fixed.isPresent()) {
      return new Chosen(one.alone(), one.spoken(), Optional.empty());
    }
    Optional<Spoken> spoken = isEqual(one.draft()) ? ofEquals(one) : one.spoken();
    ProbeStatus status = isEqual(one.draft()) ? ofEquals : one.status().orElse(ProbeStatus.NONE);
    if (one.status().isPresent()) { // the next decision looks for the answer to what is asked now
      ProxyProtocol asked = spoken.map(Spoken::header).orElse(ProxyProtocol.V2);
      wanted.add(target(one.draft().candidate(), asked));
    }
    boolean sure = spoken.filter(Spoken::sure).isPresent();
    if (!one.alone().inUse() || sure) {
      return new Chosen(one.alone(), spoken, Optional.of(verdict(spoken, status, false)));
    }
    boolean unasked = kind.isPresent() && status.last() == Answer.NONE;
    if (unasked || anySure) {
      if (!unasked) {
        heldBack.add(one.draft().candidate().node());
      }
      Finding waiting = Finding.of(BackendState.PENDING, unasked ? NOT_ASKED_YET : UNKNOWN);
      return new Chosen(waiting, spoken, Optional.of(verdict(spoken, status, true)));
    }
    guessed.add(one.draft().candidate().node());
    return new Chosen(one.alone(), spoken, Optional.of(verdict(spoken, status, false)));
  }

  /** What most of those say that were asked for all. */
  private Optional<Spoken> ofEquals(Heard one) {
    return saidByEquals.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(most -> new Spoken(most.getKey(), true))
        .or(one::spoken);
  }

  private Verdict verdict(Optional<Spoken> spoken, ProbeStatus status, boolean decides) {
    String header =
        spoken.map(Spoken::header).map(ProxyChoice::inWords).orElse("no header")
            + (spoken.filter(Spoken::sure).isPresent() ? "" : ", not sure");
    String detail = kind.isEmpty() ? "neither HTTP nor TLS is known to be spoken" : status.detail();
    return new Verdict("proxy-protocol", "auto: %s: %s".formatted(header, detail), decides);
  }

  static String inWords(ProxyProtocol header) {
    return switch (header) {
      case OFF -> "no header";
      case V1 -> "a v1 header";
      case V2 -> "a v2 header";
    };
  }

  Set<ProbeTarget> wanted() {
    return wanted;
  }

  List<Note> notes() {
    List<Note> notes = new ArrayList<>();
    if (saidByEquals.size() > 1) {
      notes.add(
          Note.remark(
              "some pods behind the NodePorts expect a PROXY header and some do not, and which one"
                  + " answers is kube-proxy's choice: externalTrafficPolicy Local tells them apart"));
    }
    if (!guessed.isEmpty()) {
      notes.add(
          alarm(
              kind.isEmpty()
                  ? "neither HTTP nor TLS is known to be spoken there, so that no backend can be"
                      + " asked and none is sent a header: set proxy-protocol, health.type or the"
                      + " port's appProtocol"
                  : "some backends say neither that they expect a PROXY header nor that they do"
                      + " not, and are sent what they expected last, or none: "
                      + ProxyComparison.named(guessed)));
    }
    if (!heldBack.isEmpty()) {
      notes.add(
          alarm(
              "some backends get no connections, because they do not say whether they expect a PROXY"
                  + " header, as others do: "
                  + ProxyComparison.named(heldBack)));
    }
    return notes;
  }

  private static Note alarm(String text) {
    return Note.alarm(EVENT, EVENT + ": proxy-protocol is auto, and " + text);
  }

  private ProbeTarget target(Candidate candidate, ProxyProtocol header) {
    return new ProbeTarget(
        candidate.address(),
        kind.orElseThrow(),
        "",
        header,
        Probing.source(policy, candidate),
        interval,
        PATIENCE);
  }
}
