package io.headgate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * All proxies measured in one setting.
 *
 * <p>They run from beginning to end, with the same backends. A pass gives every workload to every
 * proxy in turn for some seconds, and every second pass goes through the proxies backwards (A B C,
 * C B A), so that a drift of the machine falls on all alike.
 */
final class Contest {
  private static final long CLOSING_MS = 300;

  private final Options options;
  private final Setting setting;
  private final PrintStream progress;
  private final Stage stage;
  private final List<Subject> subjects;
  private final Ends ends;
  private Loads loads;
  private final Map<Subject.Kind, Proxy> proxies = new EnumMap<>(Subject.Kind.class);

  private Contest(
      Options options,
      Setting setting,
      PrintStream progress,
      Stage stage,
      List<Subject> subjects,
      Ends ends,
      Loads loads) {
    this.options = options;
    this.setting = setting;
    this.progress = progress;
    this.stage = stage;
    this.subjects = List.copyOf(subjects);
    this.ends = ends;
    this.loads = loads;
  }

  /** Measures everything that is asked for. */
  static Outcome held(
      Options options, Setting setting, List<Subject> subjects, Stage stage, PrintStream progress)
      throws CannotCompare, IOException, InterruptedException {
    Ends ends = Ends.start(stage, setting.workers());
    var loads = new Loads(ends, Wrk.in(stage, setting.workers()), options.rate());
    var contest = new Contest(options, setting, progress, stage, subjects, ends, loads);
    return contest.outcome();
  }

  private Outcome outcome() throws CannotCompare, IOException, InterruptedException {
    for (Subject subject : subjects) {
      start(subject);
    }
    List<IdleMemory> idle = idle();
    List<StalledMemory> stalled = stalled();
    List<ColdStart> starts = starts();
    List<String> notes = new ArrayList<>(Versions.of(stage));
    if (options.workloads().contains(Workload.LATENCY)) {
      settleRate();
      notes.add("latency at " + loads.rate() + " requests per second, the same for all");
    }
    var warmUp = new WarmUp(options, this, progress);
    List<String> warmUpErrors = warmUp.all();
    return new Outcome(setting, notes, passes(), idle, stalled, starts, warmUpErrors);
  }

  private void settleRate() throws CannotCompare, IOException, InterruptedException {
    if (loads.rate() == 0) {
      progress.println("calibration of the fixed rate");
      loads = loads.atRate(Calibration.rate(stage, ends, loads, setting.workers()));
    }
    progress.println("fixed rate: " + loads.rate() + " requests per second");
  }

  private void start(Subject subject) throws CannotCompare, IOException, InterruptedException {
    progress.println("start: " + subject.kind().label());
    String name = subject.kind().label();
    proxies.put(subject.kind(), Proxy.start(stage, ends, subject, name, setting.workers()));
  }

  private List<IdleMemory> idle() throws CannotCompare, IOException, InterruptedException {
    List<IdleMemory> memories = new ArrayList<>();
    if (options.idleConnections() > 0) {
      int connections = OpenFiles.connectionsWithin(OpenFiles.limit(), options.idleConnections());
      for (Subject.Kind kind : options.proxies()) {
        progress.println("idle: " + connections + " connections through " + kind.label());
        Proxy proxy = proxy(kind);
        memories.add(IdleMemory.of(kind, proxy.tree(), proxy.site().web(), ends, connections));
      }
    }
    return memories;
  }

  private List<StalledMemory> stalled() throws CannotCompare, IOException, InterruptedException {
    List<StalledMemory> memories = new ArrayList<>();
    if (options.stalledConnections() > 0) {
      int connections = options.stalledConnections();
      for (Subject.Kind kind : options.proxies()) {
        progress.println("stalled: " + connections + " connections through " + kind.label());
        Proxy proxy = proxy(kind);
        memories.add(StalledMemory.of(kind, proxy.tree(), proxy.site().web(), ends, connections));
      }
    }
    return memories;
  }

  private List<ColdStart> starts() throws CannotCompare, IOException, InterruptedException {
    List<ColdStart> starts = new ArrayList<>();
    for (int round = 0; round < options.starts(); round++) {
      for (Subject subject : round % 2 == 0 ? subjects : subjects.reversed()) {
        String name = subject.kind().label() + "-" + round;
        progress.println("cold start: " + name);
        starts.add(ColdStart.of(stage, ends, subject, name, setting.workers()));
      }
    }
    return starts;
  }

  private List<Slot> passes() throws CannotCompare, IOException, InterruptedException {
    List<Slot> slots = new ArrayList<>();
    for (int pass = 0; pass < options.rounds(); pass++) {
      List<Subject.Kind> order = pass % 2 == 0 ? options.proxies() : options.proxies().reversed();
      for (Workload workload : options.workloads()) {
        for (Subject.Kind kind : order) {
          Slot slot = slot(pass, workload, kind, options.seconds());
          slots.add(slot);
          progress.printf(
              "%s, pass %d of %d: %s%n", setting.title(), pass + 1, options.rounds(), slot.line());
        }
      }
    }
    return slots;
  }

  /** One proxy under one workload for so long. */
  Slot slot(int pass, Workload workload, Subject.Kind kind, int seconds)
      throws CannotCompare, IOException, InterruptedException {
    Proxy proxy = proxy(kind);
    var all = new ProcessTree(ProcessHandle.current().pid());
    MachineTime machineBefore = MachineTime.now();
    double allBefore = all.cpuSeconds();
    double before = proxy.tree().cpuSeconds();
    Load load = loads.run(workload, proxy.site(), seconds);
    Thread.sleep(CLOSING_MS); // the last connections' end is part of their cost
    double after = proxy.tree().cpuSeconds();
    double ownTicks = 100 * (all.cpuSeconds() - allBefore);
    MachineTime machine = MachineTime.now().since(machineBefore);
    if (load.units() == 0) {
      throw new CannotCompare(
          "nothing comes through %s under %s: %s"
              .formatted(kind.label(), workload.label(), load.firstError()));
    }
    return new Slot(
        pass,
        workload,
        kind,
        after - before,
        load,
        machine.stolenShare(),
        machine.strangersShare(ownTicks));
  }

  private Proxy proxy(Subject.Kind kind) {
    Proxy proxy = proxies.get(kind);
    if (proxy == null) {
      throw new IllegalStateException(kind.label() + " was not started");
    }
    return proxy;
  }
}
