package io.headgate.admin;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jvm.BufferPoolMetricSet;
import com.codahale.metrics.jvm.CachedThreadStatesGaugeSet;
import com.codahale.metrics.jvm.ClassLoadingGaugeSet;
import com.codahale.metrics.jvm.GarbageCollectorMetricSet;
import com.codahale.metrics.jvm.MemoryUsageGaugeSet;
import io.headgate.admin.MetricFamily.Sample;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Java virtual machine's own figures as {@code headgate_jvm_…}: the gauge sets of Dropwizard,
 * under names, units and types of ours. Stateless but for the registry, which locks by itself.
 */
public final class JvmMetrics {
  /** One of our families, and how the names of the gauges that feed it look. */
  private record Mapping(
      String family,
      MetricFamily.Type type,
      String help,
      String label,
      Pattern gauge,
      double scale) {}

  private static final List<Mapping> MAPPINGS =
      List.of(
          bytes("memory_used_bytes", "Memory in use.", "area", "memory\\.(heap|non-heap)\\.used"),
          bytes(
              "memory_committed_bytes",
              "Memory that the system has granted.",
              "area",
              "memory\\.(heap|non-heap)\\.committed"),
          bytes("memory_max_bytes", "Memory at most.", "area", "memory\\.(heap)\\.max"),
          bytes("memory_pool_used_bytes", "Memory in use.", "pool", "memory\\.pools\\.(.+)\\.used"),
          new Mapping(
              "gc_collections_total",
              MetricFamily.Type.COUNTER,
              "Garbage collections.",
              "collector",
              Pattern.compile("gc\\.(.+)\\.count"),
              1),
          new Mapping(
              "gc_seconds_total",
              MetricFamily.Type.COUNTER,
              "Time spent in garbage collections.",
              "collector",
              Pattern.compile("gc\\.(.+)\\.time"),
              1e-3),
          new Mapping(
              "threads",
              MetricFamily.Type.GAUGE,
              "Platform threads by state.",
              "state",
              Pattern.compile("threads\\.(.+)\\.count"),
              1),
          bytes(
              "buffer_used_bytes",
              "Memory in buffers outside the heap.",
              "pool",
              "buffers\\.(.+)\\.used"),
          new Mapping(
              "buffers",
              MetricFamily.Type.GAUGE,
              "Buffers outside the heap.",
              "pool",
              Pattern.compile("buffers\\.(.+)\\.count"),
              1),
          new Mapping(
              "classes_loaded",
              MetricFamily.Type.GAUGE,
              "Classes that are loaded, those unloaded again included.",
              "",
              Pattern.compile("classes\\.loaded"),
              1));

  private final MetricRegistry registry;

  private JvmMetrics(MetricRegistry registry) {
    this.registry = registry;
  }

  /** Registers the gauge sets under {@code memory}, {@code gc}, {@code threads} and so on. */
  public static JvmMetrics in(MetricRegistry registry) {
    registry.register("memory", new MemoryUsageGaugeSet());
    registry.register("gc", new GarbageCollectorMetricSet());
    // Cached: every one of its gauges would take a dump of all threads.
    registry.register("threads", new CachedThreadStatesGaugeSet(5, TimeUnit.SECONDS));
    registry.register(
        "buffers", new BufferPoolMetricSet(ManagementFactory.getPlatformMBeanServer()));
    registry.register("classes", new ClassLoadingGaugeSet());
    return new JvmMetrics(registry);
  }

  /** All of them, read now. */
  public List<MetricFamily> families() {
    Map<String, Number> figures = figures();
    List<MetricFamily> families = new ArrayList<>();
    for (Mapping mapping : MAPPINGS) {
      List<Sample> samples = new ArrayList<>();
      figures.forEach((name, figure) -> {
        Matcher matcher = mapping.gauge().matcher(name);
        if (matcher.matches()) {
          samples.add(
              new Sample.Value(
                  mapping.label().isEmpty() ? Map.of() : Map.of(mapping.label(), matcher.group(1)),
                  figure.doubleValue() * mapping.scale()));
        }
      });
      families.add(
          new MetricFamily(
              "headgate_jvm_" + mapping.family(), mapping.type(), mapping.help(), samples));
    }
    return families;
  }

  private Map<String, Number> figures() {
    Map<String, Number> figures = new TreeMap<>();
    registry
        .getGauges()
        .forEach((name, gauge) -> {
          if (gauge.getValue() instanceof Number number) {
            figures.put(name, number);
          }
        });
    return figures;
  }

  private static Mapping bytes(String family, String help, String label, String gauge) {
    return new Mapping(family, MetricFamily.Type.GAUGE, help, label, Pattern.compile(gauge), 1);
  }
}
