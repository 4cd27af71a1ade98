package io.headgate.apiserver;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What the server is told to do wrong from now on. Any thread sets it at any time; what it does to
 * open connections at once is in {@link ApiServer}.
 */
public final class Faults {
  private final List<Planned> planned = new CopyOnWriteArrayList<>();
  private volatile Set<Event> events = Set.of();
  private volatile Duration delay = Duration.ZERO;
  private volatile boolean stalled;
  private volatile boolean webSocketsRefused;
  private volatile Set<ApiResource> emptyLists = Set.of();
  private volatile Set<String> missingNamespaces = Set.of();
  private volatile boolean ipModeDropped;

  private volatile Set<String> denied = Set.of();
  private volatile Duration clockAhead = Duration.ZERO;

  Faults() {}

  /** What can be done to the events of watches. */
  public enum Event {
    /** Each is sent twice. */
    DUPLICATE,
    /** Every two change places; a single one comes late. */
    REORDER,
    /** None is sent. */
    DROP,
    /** No bookmarks are sent, as by a real server whose resource is idle. */
    NO_BOOKMARKS
  }

  /** An answer in place of the right one. */
  record Answer(int status, int retryAfterSeconds, boolean garbage) {}

  private record Planned(ApiVerb verb, ApiResource resource, Answer answer, int times) {}

  /** The next {@code times} requests are answered with this HTTP status. */
  public void answer(ApiVerb verb, ApiResource resource, int times, int status) {
    answer(verb, resource, times, status, 0);
  }

  /** As {@link #answer(ApiVerb, ApiResource, int, int)}, with a Retry-After. */
  public void answer(
      ApiVerb verb, ApiResource resource, int times, int status, int retryAfterSeconds) {
    planned.add(new Planned(verb, resource, new Answer(status, retryAfterSeconds, false), times));
  }

  /** The next {@code times} requests are answered with 200 and no JSON. */
  public void answerGarbage(ApiVerb verb, ApiResource resource, int times) {
    planned.add(new Planned(verb, resource, new Answer(200, 0, true), times));
  }

  /** Every answer comes this late. */
  public void delay(Duration duration) {
    delay = duration;
  }

  /** Requests are accepted and never answered. */
  public void stall(boolean on) {
    stalled = on;
  }

  /** Upgrades to WebSocket are answered with 503. */
  public void refuseWebSockets(boolean on) {
    webSocketsRefused = on;
  }

  /** What happens to the events of watches; nothing for none. */
  public void events(Event... kinds) {
    events = Set.of(kinds);
  }

  /** Lists of these resources are empty, although the objects are there. */
  public void emptyLists(ApiResource... resources) {
    emptyLists = Set.of(resources);
  }

  /** These namespaces do not exist: nothing can be made in them. */
  public void missingNamespaces(String... namespaces) {
    missingNamespaces = Set.of(namespaces);
  }

  /**
   * {@code ipMode} is passed over in what is written from now on, as by servers before 1.29, and by
   * 1.29 without its feature gate.
   */
  public void dropIpMode(boolean on) {
    ipModeDropped = on;
  }

  /**
   * The account lacks these rights: requests for them are answered with 403, and reviews of access
   * say so.
   *
   * @param rights a verb and a resource: {@code patch services/status}, {@code list nodes}
   */
  public void deny(String... rights) {
    denied = Set.of(rights);
  }

  /** The clock by which answers are dated is wrong by this much. */
  public void clockAhead(Duration duration) {
    clockAhead = duration;
  }

  /** Everything works again. */
  public void clear() {
    planned.clear();
    events = EnumSet.noneOf(Event.class);
    delay = Duration.ZERO;
    stalled = false;
    webSocketsRefused = false;
    emptyLists = Set.of();
    missingNamespaces = Set.of();
    ipModeDropped = false;
    denied = Set.of();
    clockAhead = Duration.ZERO;
  }

  synchronized Optional<Answer> next(ApiVerb verb, ApiResource resource) {
    for (Iterator<Planned> all = planned.iterator(); all.hasNext(); ) {
      Planned plan = all.next();
      if (plan.verb == verb && plan.resource == resource) {
        planned.remove(plan);
        if (plan.times > 1) {
          planned.add(new Planned(verb, resource, plan.answer, plan.times - 1));
        }
        return Optional.of(plan.answer);
      }
    }
    return Optional.empty();
  }

  boolean does(Event kind) {
    return events.contains(kind);
  }

  Duration delay() {
    return delay;
  }

  boolean stalls() {
    return stalled;
  }

  boolean refusesWebSockets() {
    return webSocketsRefused;
  }

  boolean lacksNamespace(String namespace) {
    return missingNamespaces.contains(namespace);
  }

  boolean denies(String verb, String resource, String subresource) {
    return denied.contains(
        verb + " " + resource + (subresource.isEmpty() ? "" : "/" + subresource));
  }

  Duration clockAhead() {
    return clockAhead;
  }

  boolean dropsIpMode() {
    return ipModeDropped;
  }

  boolean hides(ApiResource resource) {
    return emptyLists.contains(resource);
  }
}
