package io.headgate.admin;

import io.headgate.admin.MetricFamily.Sample;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Metric families in the text format 0.0.4 that Prometheus scrapes. */
final class MetricsText {
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;
  private static final String TOTAL = "_total";
  private static final String INFO = "_info";

  private MetricsText() {}

  /** Sorted by name; two families of one name are a bug. */
  static String written(List<MetricFamily> families) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    try {
      for (MetricFamily family : byName(families)) {
        // One at a time: together, the library takes x and x_total for the same name.
        writer.write(
            text, MetricSnapshots.of(snapshot(family)), EscapingScheme.UNDERSCORE_ESCAPING);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  private static Collection<MetricFamily> byName(List<MetricFamily> families) {
    SortedMap<String, MetricFamily> sorted = new TreeMap<>();
    for (MetricFamily family : families) {
      if (sorted.put(family.name(), family) != null) {
        throw new IllegalArgumentException(family.name() + " is there twice");
      }
    }
    sorted.values().removeIf(family -> family.samples().isEmpty()); // else HELP with no metric
    return sorted.values();
  }

  /** The library adds {@code _total} and {@code _info} by itself. */
  private static MetricSnapshot snapshot(MetricFamily family) {
    return switch (family.type()) {
      case COUNTER -> counter(family, without(TOTAL, family.name()));
      case GAUGE ->
          family.name().endsWith(INFO) ? info(family, without(INFO, family.name())) : gauge(family);
      case HISTOGRAM -> histogram(family);
    };
  }

  private static MetricSnapshot counter(MetricFamily family, String name) {
    var builder = CounterSnapshot.builder().name(name).help(family.help());
    for (Sample.Value value : values(family)) {
      builder.dataPoint(
          CounterDataPointSnapshot.builder()
              .labels(labels(value.labels()))
              .value(value.value())
              .build());
    }
    return builder.build();
  }

  private static MetricSnapshot gauge(MetricFamily family) {
    var builder = GaugeSnapshot.builder().name(family.name()).help(family.help());
    for (Sample.Value value : values(family)) {
      builder.dataPoint(
          GaugeDataPointSnapshot.builder()
              .labels(labels(value.labels()))
              .value(value.value())
              .build());
    }
    return builder.build();
  }

  private static MetricSnapshot info(MetricFamily family, String name) {
    var builder = InfoSnapshot.builder().name(name).help(family.help());
    for (Sample.Value value : values(family)) {
      builder.dataPoint(InfoDataPointSnapshot.builder().labels(labels(value.labels())).build());
    }
    return builder.build();
  }

  private static MetricSnapshot histogram(MetricFamily family) {
    var builder = HistogramSnapshot.builder().name(family.name()).help(family.help());
    for (Sample sample : family.samples()) {
      builder.dataPoint(
          switch (sample) {
            case Sample.Histogram histogram ->
                HistogramDataPointSnapshot.builder()
                    .labels(labels(histogram.labels()))
                    .classicHistogramBuckets(buckets(histogram))
                    .sum(histogram.sum())
                    .build();
            case Sample.Value _ -> throw unfit(family);
          });
    }
    return builder.build();
  }

  private static ClassicHistogramBuckets buckets(Sample.Histogram histogram) {
    List<Double> bounds = new ArrayList<>(histogram.upperBounds());
    bounds.add(Double.POSITIVE_INFINITY);
    return ClassicHistogramBuckets.of(bounds, histogram.counts());
  }

  private static List<Sample.Value> values(MetricFamily family) {
    return family.samples().stream()
        .map(sample ->
            switch (sample) {
              case Sample.Value value -> value;
              case Sample.Histogram _ -> throw unfit(family);
            })
        .toList();
  }

  private static IllegalArgumentException unfit(MetricFamily family) {
    return new IllegalArgumentException(
        "%s is a %s but has a sample of another kind".formatted(family.name(), family.type()));
  }

  private static String without(String suffix, String name) {
    return name.substring(0, name.length() - suffix.length());
  }

  private static Labels labels(Map<String, String> labels) {
    String[] names = labels.keySet().stream().sorted().toArray(String[]::new);
    String[] values = new String[names.length];
    for (int index = 0; index < names.length; index++) {
      values[index] = labels.getOrDefault(names[index], "");
    }
    return Labels.of(names, values);
  }
}
