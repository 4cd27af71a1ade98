package io.headgate.admin;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One metric in every combination of its labels.
 *
 * @param name with {@code headgate_}, base unit and, for a counter, {@code _total}; a gauge that
 *     ends in {@code _info} says by its labels alone and has the value 1
 */
public record MetricFamily(String name, Type type, String help, List<Sample> samples) {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  public MetricFamily {
    if (!NAME.matcher(name).matches() || (type == Type.COUNTER) != name.endsWith("_total")) {
      throw new IllegalArgumentException(name + " is no name for a " + type);
    }
    samples = List.copyOf(samples);
  }

  public static MetricFamily counter(String name, String help, List<Sample> samples) {
    return new MetricFamily(name, Type.COUNTER, help, samples);
  }

  /** A counter with one sample and no labels. */
  public static MetricFamily counter(String name, String help, double value) {
    return counter(name, help, List.of(new Sample.Value(Map.of(), value)));
  }

  public static MetricFamily gauge(String name, String help, List<Sample> samples) {
    return new MetricFamily(name, Type.GAUGE, help, samples);
  }

  /** A gauge with one sample and no labels. */
  public static MetricFamily gauge(String name, String help, double value) {
    return gauge(name, help, List.of(new Sample.Value(Map.of(), value)));
  }

  /** Of the Prometheus text format. */
  public enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  /** What one combination of labels measures. */
  public sealed interface Sample {
    Map<String, String> labels();

    record Value(Map<String, String> labels, double value) implements Sample {
      public Value {
        labels = Map.copyOf(labels);
      }
    }

    /**
     * A distribution.
     *
     * @param upperBounds ascending, without infinity
     * @param counts per bucket, not cumulative; one more than bounds
     */
    record Histogram(
        Map<String, String> labels, List<Double> upperBounds, List<Long> counts, double sum)
        implements Sample {
      public Histogram {
        labels = Map.copyOf(labels);
        upperBounds = List.copyOf(upperBounds);
        counts = List.copyOf(counts);
        if (counts.size() != upperBounds.size() + 1) {
          throw new IllegalArgumentException(
              "%d counts for %d bounds".formatted(counts.size(), upperBounds.size()));
        }
      }
    }
  }
}
