package io.headgate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures the CPU time of Headgate beside other proxies in one interleaved run: {@code
 * bench/compare}.
 *
 * <p>All proxies run from beginning to end, with the same backends. A pass gives every workload to
 * every proxy in turn for some seconds, and every second pass goes through the proxies backwards (A
 * B C, C B A), so that a drift of the machine falls on all alike.
 */
public final class Compare {
  private static final int WARM_UP_OF_OTHERS_SECONDS = 2;
  private static final int WARM_UP_SLICE_SECONDS = 5;
  private static final int LONGEST_WARM_UP = 4; // times what was asked for
  private static final double STILL_FALLING = 0.9; // of the cost a slice before
  private static final long CLOSING_MS = 300;

  private final Options options;
  private final PrintStream progress;
  private final Stage stage;
  private final Webserver backends;
  private final Wrk wrk;
  private final Map<Subject.Kind, Proxy> proxies = new EnumMap<>(Subject.Kind.class);
  private final List<String> warmUpErrors = new ArrayList<>();

  private record Proxy(ProcessTree processes, Site site) {}

  private Compare(Options options, PrintStream progress, Stage stage, Webserver backends, Wrk wrk) {
    this.options = options;
    this.progress = progress;
    this.stage = stage;
    this.backends = backends;
    this.wrk = wrk;
  }

  /** Exits 0 when all was measured without an error, 1 when not, 2 on wrong usage. */
  public static void main(String... arguments) throws InterruptedException {
    System.exit(run(arguments));
  }

  private static int run(String... arguments) throws InterruptedException {
    if (List.of(arguments).contains("--help")) {
      System.out.print(Options.USAGE);
      return 0;
    }
    try {
      Options options = Options.parse(arguments);
      Path project = Path.of(System.getProperty("headgate.project", ".")).toAbsolutePath();
      String command = "bench/compare " + String.join(" ", arguments);
      Report report = measured(options, project, command.strip(), System.err);
      String markdown = report.markdown();
      System.out.print(markdown);
      for (Path file : files(options, project).toList()) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, markdown);
      }
      return report.errors() == 0 ? 0 : 1;
    } catch (Options.Misused e) {
      System.err.println(e.getMessage() + "\n" + Options.USAGE);
      return 2;
    } catch (CannotCompare | IOException e) {
      System.err.println("bench/compare: " + e.getMessage());
      return 1;
    }
  }

  private static Stream<Path> files(Options options, Path project) {
    String what = "%s-%d-thread".formatted(options.transport(), options.workers());
    Path saved =
        project.resolve(
            "bench/results/" + LocalDate.now(ZoneId.systemDefault()) + "-" + what + ".md");
    return Stream.concat(options.out().stream(), options.save() ? Stream.of(saved) : Stream.of());
  }

  /** One whole run, which leaves no process behind. */
  static Report measured(Options options, Path project, String command, PrintStream progress)
      throws CannotCompare, IOException, InterruptedException {
    List<Subject> subjects =
        Stream.concat(Stream.of(options.subject()), options.beside().stream())
            .map(kind -> Subject.of(kind, project, options.transport()))
            .toList();
    Program.require(
        Stream.concat(
                Stream.of(Program.WRK, Program.NGINX, Program.HAPROXY),
                subjects.stream().flatMap(subject -> subject.needs().stream()))
            .toList());
    OpenFiles.require();
    try (Stage stage = Stage.open();
        Sink sink = Sink.start()) {
      Webserver backends = Webserver.start(stage, options.workers());
      var compare =
          new Compare(options, progress, stage, backends, Wrk.in(stage, options.workers()));
      for (Subject subject : subjects) {
        compare.start(subject, sink.address());
      }
      List<IdleMemory> memories = compare.memories();
      compare.warmUp();
      return new Report(
          command,
          Setting.of(stage, options),
          options.subject(),
          compare.passes(),
          memories,
          compare.warmUpErrors);
    }
  }

  private void start(Subject subject, InetSocketAddress sink)
      throws CannotCompare, IOException, InterruptedException {
    String name = subject.kind().label();
    progress.println("start: " + name);
    var site =
        new Site(
            stage.directory(name),
            Stage.freeAddress("127.0.0.1"),
            Stage.freeAddress("127.0.0.1"),
            backends.addresses(),
            sink,
            options.workers());
    ProcessTree processes =
        stage.start(name, subject.command(site), List.of(site.web(), site.sink()));
    proxies.put(subject.kind(), new Proxy(processes, site));
  }

  private List<IdleMemory> memories() throws CannotCompare, IOException, InterruptedException {
    List<IdleMemory> memories = new ArrayList<>();
    if (options.idleConnections() == 0) {
      return memories;
    }
    int connections = OpenFiles.connectionsWithin(OpenFiles.limit(), options.idleConnections());
    for (Subject.Kind kind : order()) {
      progress.println("idle: " + connections + " connections through " + kind.label());
      Proxy proxy = proxy(kind);
      memories.add(IdleMemory.of(kind, proxy.processes, proxy.site.web(), backends, connections));
    }
    return memories;
  }

  private void warmUp() throws CannotCompare, IOException, InterruptedException {
    for (Workload workload : options.workloads()) {
      for (Subject.Kind kind : order()) {
        boolean subject = kind == options.subject();
        warmUp(workload, kind, subject ? options.warmUpSeconds() : WARM_UP_OF_OTHERS_SECONDS);
      }
    }
  }

  /** As long as asked for, and on while the cost still falls: the busier the machine, the later. */
  private void warmUp(Workload workload, Subject.Kind kind, int seconds)
      throws CannotCompare, IOException, InterruptedException {
    int spentSeconds = 0;
    boolean falling = true;
    double before = Double.POSITIVE_INFINITY;
    while (spentSeconds < seconds || (falling && spentSeconds < LONGEST_WARM_UP * seconds)) {
      int slice = Math.min(seconds, WARM_UP_SLICE_SECONDS);
      Slot slot = slot(0, workload, kind, slice);
      progress.println("warm-up: " + slot.line());
      if (slot.load().errors() > 0) {
        warmUpErrors.add(kind.label() + ", " + workload.label() + ": " + slot.load().firstError());
      }
      spentSeconds += slice;
      falling = slot.cost() < STILL_FALLING * before;
      before = slot.cost();
    }
  }

  private List<Slot> passes() throws CannotCompare, IOException, InterruptedException {
    List<Slot> slots = new ArrayList<>();
    for (int pass = 0; pass < options.rounds(); pass++) {
      List<Subject.Kind> order = pass % 2 == 0 ? order() : order().reversed();
      for (Workload workload : options.workloads()) {
        for (Subject.Kind kind : order) {
          Slot slot = slot(pass, workload, kind, options.seconds());
          slots.add(slot);
          progress.printf("pass %d of %d: %s%n", pass + 1, options.rounds(), slot.line());
        }
      }
    }
    return slots;
  }

  private Slot slot(int pass, Workload workload, Subject.Kind kind, int seconds)
      throws CannotCompare, IOException, InterruptedException {
    Proxy proxy = proxy(kind);
    var all = new ProcessTree(ProcessHandle.current().pid());
    MachineTime machineBefore = MachineTime.now();
    double allBefore = all.cpuSeconds();
    double before = proxy.processes.cpuSeconds();
    Load load = load(workload, kind, seconds);
    Thread.sleep(CLOSING_MS); // the last connections' end is part of their cost
    double after = proxy.processes.cpuSeconds();
    double ownTicks = 100 * (all.cpuSeconds() - allBefore);
    MachineTime machine = MachineTime.now().since(machineBefore);
    return new Slot(
        pass,
        workload,
        kind,
        after - before,
        load,
        machine.stolenShare(),
        machine.strangersShare(ownTicks));
  }

  private Load load(Workload workload, Subject.Kind kind, int seconds)
      throws CannotCompare, IOException, InterruptedException {
    Site site = proxy(kind).site;
    Load load =
        switch (workload) {
          case CONNECTIONS -> wrk.run(site.web(), Webserver.CLOSING, seconds);
          case REQUESTS -> wrk.run(site.web(), Webserver.KEPT, seconds);
          case OBJECTS -> wrk.run(site.web(), Webserver.OBJECT, seconds);
          case DOWNLOAD -> Streams.download(site.web(), seconds);
          case UPLOAD -> Streams.upload(site.sink(), seconds);
        };
    if (load.units() == 0) {
      throw new CannotCompare(
          "nothing comes through %s under %s: %s"
              .formatted(kind.label(), workload.label(), load.firstError()));
    }
    return load;
  }

  private List<Subject.Kind> order() {
    return Stream.concat(Stream.of(options.subject()), options.beside().stream()).toList();
  }

  private Proxy proxy(Subject.Kind kind) {
    Proxy proxy = proxies.get(kind);
    if (proxy == null) {
      throw new IllegalStateException(kind.label() + " was not started");
    }
    return proxy;
  }
}
