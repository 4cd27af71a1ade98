package io.headgate.bench;

import java.io.IOException;
import java.util.List;

/** A proxy that runs. */
record Proxy(Started started, Site site) {
  /** Starts it and waits until it accepts. */
  static Proxy start(Stage stage, Ends ends, Subject subject, String name, int workers)
      throws CannotCompare, IOException, InterruptedException {
    Site site = site(stage, ends, name, workers);
    Started started = stage.start(Party.PROXY, name, subject.command(site));
    started.awaitAccepting(ends.clients(), List.of(site.web(), site.sink()));
    return new Proxy(started, site);
  }

  /** Where one of this name is to listen and forward to. */
  private static Site site(Stage stage, Ends ends, String name, int workers) throws IOException {
    return new Site(
        stage.directory(name),
        stage.network().proxyAddress(),
        stage.network().proxyAddress(),
        ends.backends().addresses(),
        ends.sink(),
        workers);
  }

  ProcessTree tree() {
    return started.tree();
  }
}
