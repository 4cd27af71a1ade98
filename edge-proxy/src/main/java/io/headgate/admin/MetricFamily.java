package io.headgate.admin;

import java.util.List;
import java.util.Map;

/**
 * One metric in every combination of its labels.
 *
 * @param name with {@code headgate_}, base unit and, for a counter, {@code _total}
 */
public record MetricFamily(String name, Type type, String help, List<Sample> samples) {
  /** Of the Prometheus text format. */
  public enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  /** What one combination of labels measures. */
  public sealed interface Sample {
    Map<String, String> labels();

    record Value(Map<String, String> labels, double value) implements Sample {}

    /**
     * A distribution.
     *
     * @param upperBounds ascending, without infinity
     * @param counts per bucket, not cumulative; one more than bounds
     */
    record Histogram(
        Map<String, String> labels, List<Double> upperBounds, List<Long> counts, double sum)
        implements Sample {}
  }
}
