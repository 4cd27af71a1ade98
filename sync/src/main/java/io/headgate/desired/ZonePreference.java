package io.headgate.desired;

import io.headgate.model.Backend;
import io.headgate.model.Explanation.Verdict;
import io.headgate.model.Route;
import java.util.List;
import java.util.Optional;

/**
 * How one route's new connections are shared between the backends of the zone that is preferred and
 * all others. While {@link #ENOUGH} percent of the zone's are usable it gets all of them; with
 * fewer it gets as much of the whole as they are of that, and the others get the rest: at 35 % one
 * half. So there is no step at either end (Envoy spills over between priority levels in this way).
 * Backends that get nothing stay in reserve, without weight, for what no other can take.
 *
 * @param zone that is preferred; empty for none
 * @param known something of the route is in the zone, whatever its state
 * @param usablePercent of the zone's, each counted as what it serves when it is well
 * @param near the share of its own weight that a backend of the zone gets
 * @param far that of any other
 */
record ZonePreference(String zone, boolean known, double usablePercent, double near, double far) {
  /** So many percent of a zone's backends are trusted to serve all. */
  static final double ENOUGH = 70;

  /**
   * What holds for one route.
   *
   * @param backends of the drafts, in their order, with the weights that they have of their own
   */
  static ZonePreference of(String zone, List<Draft> drafts, List<Backend> backends) {
    long whole = 0;
    long usable = 0;
    long near = 0;
    long far = 0;
    for (int i = 0; i < backends.size() && !zone.isEmpty(); i++) {
      Candidate candidate = drafts.get(i).candidate();
      Backend backend = backends.get(i);
      boolean here = candidate.isIn(zone);
      whole += here ? candidate.whole() : 0;
      if (backend.works()) {
        usable += here ? candidate.whole() : 0;
        near += here ? backend.weight() : 0;
        far += here ? 0 : backend.weight();
      }
    }
    return whole == 0 ? without(zone) : shared(zone, 100.0 * usable / whole, near, far);
  }

  private static ZonePreference without(String zone) {
    return new ZonePreference(zone, false, 0, 1, 1);
  }

  private static ZonePreference shared(String zone, double usablePercent, long near, long far) {
    if (near == 0 || far == 0) {
      return new ZonePreference(zone, true, usablePercent, 1, 1);
    }
    if (usablePercent >= ENOUGH) {
      return new ZonePreference(zone, true, usablePercent, 1, 0);
    }
    double stays = usablePercent / ENOUGH;
    double farPerNear = near * (1 - stays) / (stays * far);
    return farPerNear <= 1
        ? new ZonePreference(zone, true, usablePercent, 1, farPerNear)
        : new ZonePreference(zone, true, usablePercent, 1 / farPerNear, 1);
  }

  /** The same backend with the weight that it gets. */
  Backend applied(Draft draft, Backend backend) {
    if (!backend.works() || (near == 1 && far == 1)) {
      return backend;
    }
    return backend.withWeight(weight(backend.weight(), draft.candidate().isIn(zone) ? near : far));
  }

  private static int weight(int own, double share) {
    return own == 0 || share == 0 ? 0 : Math.max(1, (int) Math.round(own * share));
  }

  /** What {@code headgate explain} says of the route. */
  Optional<Note> note(Route route) {
    if (zone.isEmpty() || route.mode() != Route.Mode.NORMAL) {
      return Optional.empty();
    }
    if (!known) {
      return Optional.of(
          Note.remark("zone %s is preferred, but no backend is in it".formatted(zone)));
    }
    return Optional.of(
        Note.remark(
            "zone %s is preferred, %d %% of it is usable: %s"
                .formatted(zone, (int) usablePercent, consequence())));
  }

  private String consequence() {
    if (far == 0) {
      return "other zones are in reserve";
    }
    if (usablePercent == 0) {
      return "other zones take all connections";
    }
    return near == 1 && far == 1
        ? "no other zone is"
        : "with less than %d %% other zones take about %d %% of new connections"
            .formatted((int) ENOUGH, Math.round(100 * (1 - usablePercent / ENOUGH)));
  }

  /** What it says of one backend; empty where no zone is preferred. */
  Optional<Verdict> verdict(Candidate candidate) {
    return zone.isEmpty()
        ? Optional.empty()
        : Optional.of(new Verdict("zone", where(candidate), false));
  }

  private String where(Candidate candidate) {
    String where = candidate.clusterNode().flatMap(Zones::of).orElse("not known");
    if (candidate.isIn(zone)) {
      return where + ", as this edge";
    }
    return where + (far == 0 ? ", in reserve for " : ", not ") + zone;
  }
}
