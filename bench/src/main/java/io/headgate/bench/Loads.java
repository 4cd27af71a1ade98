package io.headgate.bench;

import java.io.IOException;

/**
 * The load generators.
 *
 * @param rate of the open loop, in requests per second
 */
record Loads(Ends ends, Wrk wrk, int rate) {
  Loads atRate(int perSecond) {
    return new Loads(ends, wrk, perSecond);
  }

  /** Puts a proxy under load for so long. */
  Load run(Workload workload, Site site, int seconds)
      throws CannotCompare, IOException, InterruptedException {
    return switch (workload) {
      case CONNECTIONS -> wrk.run(site.web(), Webserver.CLOSING, seconds);
      case REQUESTS -> wrk.run(site.web(), Webserver.KEPT, seconds);
      case OBJECTS -> wrk.run(site.web(), Webserver.OBJECT, seconds);
      case DOWNLOAD -> ends.clients().download(site.web(), seconds);
      case UPLOAD -> ends.clients().upload(site.sink(), seconds);
      case LATENCY -> ends.clients().steady(site.web(), rate, seconds);
    };
  }
}
