package io.headgate.testing;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a client has seen that connects again and again. Times are those of {@link System#nanoTime}.
 *
 * @param attempts those that have ended, in the order of their start
 */
public record ProbeRecord(List<Attempt> attempts) {
  public ProbeRecord {
    attempts = attempts.stream().sorted(Comparator.comparingLong(Attempt::startNs)).toList();
  }

  /** How an attempt ended. */
  public enum Outcome {
    ANSWERED,
    /** A reset, as an answer to the first packet or later. */
    REFUSED,
    /** The client's own kernel has found no neighbour, or has been told that there is no host. */
    UNREACHABLE,
    /** Ended by the server before it had said its name. */
    CLOSED,
    TIMED_OUT
  }

  /**
   * One connection.
   *
   * @param to the address that it was for
   * @param endNs when its outcome was known
   * @param by the name that the server has told; empty without an answer
   */
  public record Attempt(InetAddress to, long startNs, long endNs, Outcome outcome, String by) {
    public boolean answered() {
      return outcome == Outcome.ANSWERED;
    }
  }

  /** Those that were started at a time or later. */
  public ProbeRecord since(long startNs) {
    return new ProbeRecord(
        attempts.stream().filter(attempt -> attempt.startNs() - startNs >= 0).toList());
  }

  /** Those for one address. */
  public ProbeRecord to(InetAddress address) {
    return new ProbeRecord(
        attempts.stream().filter(attempt -> attempt.to().equals(address)).toList());
  }

  /** How many attempts were not answered. */
  public long failures() {
    return attempts.stream().filter(attempt -> !attempt.answered()).count();
  }

  public Map<Outcome, Long> outcomes() {
    return attempts.stream()
        .collect(Collectors.groupingBy(Attempt::outcome, TreeMap::new, Collectors.counting()));
  }

  /** Who answered, and how often. */
  public Map<String, Long> answeredBy() {
    return attempts.stream()
        .filter(Attempt::answered)
        .collect(Collectors.groupingBy(Attempt::by, TreeMap::new, Collectors.counting()));
  }

  /** Whether the last attempts, so many of them, were all answered by one server. */
  public boolean endsServedBy(String name, int last) {
    return attempts.size() >= last
        && attempts.subList(attempts.size() - last, attempts.size()).stream()
            .allMatch(attempt -> attempt.answered() && attempt.by().equals(name));
  }

  /**
   * The longest time without an answer, from one answer to the next: as long as the pace of the
   * attempts where nothing was lost. Zero with fewer than two answers.
   */
  public Duration longestGap() {
    List<Long> answers =
        attempts.stream().filter(Attempt::answered).map(Attempt::endNs).sorted().toList();
    long longestNs = 0;
    for (int i = 1; i < answers.size(); i++) {
      longestNs = Math.max(longestNs, answers.get(i) - answers.get(i - 1));
    }
    return Duration.ofNanos(longestNs);
  }

  /** How often the answering server changed. */
  public int moves() {
    List<String> names =
        attempts.stream()
            .filter(Attempt::answered)
            .sorted(Comparator.comparingLong(Attempt::endNs))
            .map(Attempt::by)
            .toList();
    int moves = 0;
    for (int i = 1; i < names.size(); i++) {
      moves += names.get(i).equals(names.get(i - 1)) ? 0 : 1;
    }
    return moves;
  }
}
