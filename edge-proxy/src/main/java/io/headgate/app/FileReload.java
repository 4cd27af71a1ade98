package io.headgate.app;

import io.headgate.admin.Edge.ReloadResult;
import io.headgate.config.ConfigFile;
import io.headgate.config.HeadgateConfig;
import io.headgate.config.InvalidConfigException;
import io.headgate.desired.Change;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reloads the file that the edge was started with. One reload at a time; any thread. */
final class FileReload implements ConfigReload {
  private final Path file;
  private final Map<String, String> environment;
  private final EventLog events;
  private final Runnable beforeReload;
  private final Runnable afterReload;
  private @Nullable RunningEdge edge; // guarded by this
  private HeadgateConfig inForce; // guarded by this
  private volatile Instant loadedAt = now();
  private volatile Optional<Outcome> lastReload = Optional.empty();

  /**
   * @param beforeReload told when a reload begins, for the service manager
   * @param afterReload told when it has ended, however
   */
  FileReload(
      Path file,
      HeadgateConfig inForce,
      Map<String, String> environment,
      EventLog events,
      Runnable beforeReload,
      Runnable afterReload) {
    this.file = file;
    this.inForce = inForce;
    this.environment = Map.copyOf(environment);
    this.events = events;
    this.beforeReload = beforeReload;
    this.afterReload = afterReload;
  }

  /** From now on reloads go to this edge. */
  synchronized void attach(RunningEdge running) {
    edge = running;
  }

  @Override
  public synchronized ReloadResult reload() {
    RunningEdge running = edge;
    if (running == null) {
      return new ReloadResult(List.of("the edge is still starting"), List.of());
    }
    beforeReload.run();
    try {
      return reload(running);
    } finally {
      afterReload.run();
    }
  }

  @Override
  public String file() {
    return file.toString();
  }

  @Override
  public Instant loadedAt() {
    return loadedAt;
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  @Override
  public Optional<Outcome> lastReload() {
    return lastReload;
  }

  private ReloadResult reload(RunningEdge running) {
    HeadgateConfig next;
    try {
      next = ConfigFile.read(file, environment);
    } catch (InvalidConfigException e) {
      lastReload = Optional.of(new Outcome(Instant.now(), e.problems().size()));
      events.add(
          EventLog.Level.WARNING,
          "config",
          "reload refused, the old configuration goes on:\n" + e.getMessage());
      return new ReloadResult(e.problems(), List.of());
    }
    try {
      List<String> changes = new ArrayList<>(needRestart(inForce, next));
      for (Change change : running.apply(next)) {
        changes.add(change.subject() + ": " + change.message());
      }
      inForce = next;
      loadedAt = now();
      lastReload = Optional.of(new Outcome(loadedAt, 0));
      events.add(EventLog.Level.INFO, "config", "reloaded " + file);
      return new ReloadResult(List.of(), changes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new ReloadResult(List.of("interrupted"), List.of());
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a running edge cannot change; said, so that nobody believes it has. */
  static List<String> needRestart(HeadgateConfig before, HeadgateConfig after) {
    List<String> changes = new ArrayList<>();
    BiConsumer<String, Function<HeadgateConfig, Object>> note =
        (setting, of) -> {
          if (!of.apply(before).equals(of.apply(after))) {
            changes.add(setting + ": takes effect at the next start");
          }
        };
    note.accept("transport", HeadgateConfig::transport);
    note.accept("workers", HeadgateConfig::workers);
    note.accept("max-connections", HeadgateConfig::maxConnections);
    note.accept("state-directory", HeadgateConfig::stateDirectory);
    note.accept("takeover.mode", config -> config.takeover().mode());
    note.accept("takeover.peer-link", config -> config.takeover().peerLink());
    note.accept("admin", HeadgateConfig::admin);
    if (before.log().level() != after.log().level()
        || before.log().format() != after.log().format()) {
      changes.add("log: level and format take effect at the next start");
    }
    return changes;
  }
}
