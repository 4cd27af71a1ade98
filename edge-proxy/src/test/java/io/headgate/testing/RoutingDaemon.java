package io.headgate.testing;

import io.headgate.model.Addresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A routing daemon beside an edge, as Debian 12 has it, with the configuration that Headgate ships:
 * config/examples, where only the host's own addresses are replaced.
 */
public enum RoutingDaemon {
  BIRD("bird.conf") {
    @Override
    Program start(Program.Draft draft) {
      return draft.start("bird", "-f", "-c", "{}/bird.conf", "-s", "{}/bird.ctl");
    }
  },
  FRR("frr.conf") {
    @Override
    Program start(Program.Draft draft) {
      // Both leave root behind, and write their sockets and process ids.
      String own = " -z {}/zserv.api --vty_socket {} --log stdout";
      return draft
          .file("zebra.conf", "!\n")
          .start(
              "sh",
              "-c",
              ("chmod 777 {}; %1$s/zebra -f {}/zebra.conf -i {}/zebra.pid%2$s &"
                      + " while [ ! -S {}/zserv.api ]; do sleep 0.1; done;"
                      + " exec %1$s/bgpd -f {}/frr.conf -i {}/bgpd.pid%2$s")
                  .formatted(FRR_HOME, own));
    }
  };

  private static final Path EXAMPLES = Path.of("../config/examples");
  private static final String FRR_HOME = "/usr/lib/frr";

  private final String example;

  RoutingDaemon(String example) {
    this.example = example;
  }

  abstract Program start(Program.Draft draft);

  /** Starts it on an edge's host; returns at once. */
  public Program start(Lan.Host host) {
    Needs.programs("bird");
    Needs.files(FRR_HOME + "/zebra", FRR_HOME + "/bgpd");
    return start(Program.draft().in(host).file(example, configuration(host)));
  }

  /** The shipped one is host 2's, and its router is host 1. */
  private String configuration(Lan.Host host) {
    return read(EXAMPLES.resolve(example))
        .replaceAll("\\b192\\.0\\.2\\.2\\b", Addresses.text(host.address()))
        .replaceAll("\\b2001:db8::2\\b", Addresses.text(host.address6()));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
