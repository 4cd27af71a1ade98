package io.headgate.app;

import io.headgate.cli.ExitCode;
import io.headgate.config.ConfigFile;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.InvalidConfigException;
import io.headgate.linux.SystemdNotifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code headgate run}: the edge as a process. */
@Command(
    name = "run",
    description = "Serve the routes of a configuration file, in the foreground.",
    footer = {
      "",
      "Signals: TERM and INT drain and end (twice: end at once), HUP reloads.",
      "Exit: 0 after a drain, 1 when the file has problems or the edge cannot start."
    })
final class RunCommand implements Callable<Integer> {
  static final String DEFAULT_FILE = "/etc/headgate/headgate.conf";

  private static final Logger LOG = LoggerFactory.getLogger("headgate");

  @SuppressWarnings("NullAway.Init") // by picocli
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = DEFAULT_FILE,
      description = "Default: ${DEFAULT-VALUE}")
  @SuppressWarnings("NullAway.Init") // by picocli
  private Path file;

  @Override
  public Integer call() throws InterruptedException {
    Map<String, String> environment = System.getenv();
    HeadgateConfig config;
    try {
      config = ConfigFile.read(file, environment);
    } catch (InvalidConfigException e) {
      e.problems().forEach(spec.commandLine().getErr()::println);
      spec.commandLine().getErr().flush();
      return ExitCode.FAILED;
    }
    LogSetup.apply(config.log(), environment);
    try {
      return serve(config, environment);
    } finally {
      LogSetup.flush();
    }
  }

  private int serve(HeadgateConfig config, Map<String, String> environment)
      throws InterruptedException {
    EventLog events = new EventLog();
    SystemdNotifier systemd = new SystemdNotifier(environment);
    FileReload reload =
        new FileReload(
            file,
            config,
            environment,
            events,
            () -> systemd.reloading(System.nanoTime()),
            systemd::ready);
    CompletableFuture<Integer> end = new CompletableFuture<>();
    Consumer<Throwable> onBug =
        bug -> {
          LOG.error("a bug ends this process", bug);
          end.complete(ExitCode.FAILED);
        };
    Thread.setDefaultUncaughtExceptionHandler((_, bug) -> onBug.accept(bug));
    try (RunningEdge edge = new RunningEdge(config, events, reload, onBug)) {
      handleSignals(edge, reload, systemd, end);
      edge.start();
      reload.attach(edge);
      systemd.status(summary(edge));
      systemd.ready();
      LOG.info("headgate {} serves {}", Version.TEXT, file);
      try (ScheduledExecutorService watchdog = feedWatchdog(edge, systemd)) {
        int code = end.get();
        watchdog.shutdownNow();
        return code;
      }
    } catch (IOException | IllegalStateException e) {
      LOG.error("cannot start: {}", e.getMessage());
      return ExitCode.FAILED;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void handleSignals(
      RunningEdge edge,
      FileReload reload,
      SystemdNotifier systemd,
      CompletableFuture<Integer> end) {
    AtomicInteger asked = new AtomicInteger();
    Runnable stop =
        () -> {
          if (asked.incrementAndGet() > 1) {
            LOG.info("asked again: ending at once");
            end.complete(ExitCode.FINE);
            return;
          }
          systemd.stopping();
          LOG.info("draining {} connections", edge.relay().counters().active());
          edge.drain().whenComplete((done, bug) -> end.complete(ExitCode.FINE));
        };
    Signals.on("TERM", stop);
    Signals.on("INT", stop);
    Signals.on("HUP", reload::reload);
  }

  /** Feeds the watchdog only while every thread that must move does. */
  private static ScheduledExecutorService feedWatchdog(RunningEdge edge, SystemdNotifier systemd) {
    ScheduledExecutorService feeder =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("watchdog").daemon().factory());
    systemd
        .watchdogInterval()
        .ifPresent(limit -> {
          Duration period = limit.dividedBy(3);
          feeder.scheduleAtFixedRate(
              () -> {
                if (System.nanoTime() - edge.lastAliveNs() < limit.toNanos() / 2) {
                  systemd.watchdog();
                  systemd.status(summary(edge));
                }
              },
              0,
              period.toMillis(),
              TimeUnit.MILLISECONDS);
        });
    return feeder;
  }

  private static String summary(RunningEdge edge) {
    long bound = edge.listeners().stream().filter(l -> l.problem().isEmpty()).count();
    return bound
        + " of "
        + edge.listeners().size()
        + " listeners bound, "
        + edge.relay().counters().active()
        + " connections";
  }
}
