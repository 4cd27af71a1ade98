package io.headgate.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Tables of nftables that do not outlive this process for long. A child, nft(8), stays and is told
 * on its standard input what to do; a table with {@code flags owner} (Linux 5.12) is its own, and
 * goes with it. When this process dies, whatever of, the input ends, so some seconds later the
 * child does, and the kernel removes what it has.
 *
 * <p>Any thread. Needs the programs {@code nft} and {@code sh}, and CAP_NET_ADMIN.
 */
public final class NftTables implements AutoCloseable {
  private static final String QUIT = "quit";

  private static final String REFUSAL = "Error:";

  private final Process process;
  private final Writer orders; // guarded by this
  private final Queue<Order> unanswered = new ArrayDeque<>(); // guarded by this
  private long given; // guarded by this
  private Optional<String> ended = Optional.empty(); // guarded by this

  private record Order(String question, CompletableFuture<Optional<String>> done) {}

  private NftTables(Process process) {
    this.process = process;
    this.orders = process.outputWriter(UTF_8);
  }

  /**
   * Starts the child. Without nft it has ended a moment later, which {@link #problem} tells.
   *
   * @param lingerSeconds how long tables stay when this process dies
   */
  public static Attempt<NftTables> open(int lingerSeconds) {
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-c", script(lingerSeconds)).redirectErrorStream(true);
    shell.environment().put("HOME", "/dev/null"); // where it would keep a history
    try {
      NftTables tables = new NftTables(shell.start());
      Thread.ofPlatform().name("nft").daemon().start(tables::hear);
      tables.check();
      return new Attempt.Succeeded<>(tables);
    } catch (IOException e) {
      return new Attempt.Refused<>(Errno.ENOENT, "nft cannot be run: " + e.getMessage());
    }
  }

  /**
   * A signal that is meant for this process may go to all of its group, as systemd's SIGTERM does;
   * the child is needed to the end, and ends with its input.
   */
  private static String script(int lingerSeconds) {
    return """
    trap '' TERM INT HUP
    {
      while IFS= read -r line; do
        [ "$line" = %s ] && exit
        printf '%%s\\n' "$line"
      done
      sleep %d
    } 2>/dev/null | exec nft -i
    """
        .formatted(QUIT, lingerSeconds);
  }

  /** nft answers to mistakes only; so after each order comes a question that it has to refuse. */
  private static String question(long number) {
    return "list table ip headgate-order-" + number;
  }

  /** Notices that the child has died, which {@link #problem} tells a moment later. */
  public void check() {
    order("");
  }

  /**
   * Has one line carried out, as a whole or not at all.
   *
   * @return completes with the reason why not; empty where it was
   */
  public synchronized CompletableFuture<Optional<String>> order(String line) {
    var order = new Order(question(++given), new CompletableFuture<>());
    if (ended.isPresent()) {
      order.done().complete(ended);
      return order.done();
    }
    unanswered.add(order);
    try {
      orders.write(line + "\n" + order.question() + "\n");
      orders.flush();
    } catch (IOException _) {
      abandon("nft has ended");
    }
    return order.done();
  }

  /** Until the child ends. */
  private void hear() {
    String last = "";
    List<String> refusals = new ArrayList<>(); // since the last question
    try (BufferedReader answers = process.inputReader(UTF_8)) {
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        if (line.startsWith(REFUSAL)) {
          refusals.add(line);
        } else if (answered(line, refusals)) {
          refusals.clear();
          last = "";
        } else if (!line.strip().startsWith("^")) { // which points at a mistake
          last = line;
        }
      }
    } catch (IOException e) {
      last = String.valueOf(e.getMessage());
    }
    abandon(last.isEmpty() ? "nft has ended" : "nft has ended: " + last);
  }

  /** The last refusal is that of the question. */
  private synchronized boolean answered(String line, List<String> refusals) {
    Order next = unanswered.peek();
    if (next == null || !line.equals(next.question())) {
      return false;
    }
    unanswered.remove();
    next.done()
        .complete(
            refusals.size() > 1 ? Optional.of("nft: " + refusals.getFirst()) : Optional.empty());
    return true;
  }

  /** Why no order can be carried out any more; empty where it can. */
  public synchronized Optional<String> problem() {
    return ended;
  }

  private synchronized void abandon(String why) {
    ended = Optional.of(why);
    unanswered.forEach(order -> order.done().complete(Optional.of(why)));
    unanswered.clear();
  }

  /** Every table of the child is gone a moment later. */
  @Override
  public synchronized void close() {
    try (orders) {
      orders.write(QUIT + "\n");
    } catch (IOException _) {
      // It has ended already.
    }
  }
}
