package io.headgate.app;

import io.headgate.model.OperatorOrders;
import io.headgate.model.OperatorOrders.Order;
import io.headgate.model.OperatorOrders.Target;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's orders on disk, so that they survive a restart: one line each, {@code drain
 * node-1} or {@code maint http/node-1}.
 */
record OrdersFile(Path file) {
  private static final Logger LOG = LoggerFactory.getLogger(OrdersFile.class);

  /** What was ordered before; a line that cannot be read is left out and said. */
  OperatorOrders read() {
    Map<Target, Order> orders = new HashMap<>();
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        String[] words = line.strip().split(" +", 2);
        if (words.length == 2 && isOrder(words[0])) {
          orders.put(Target.parse(words[1]), Order.valueOf(words[0].toUpperCase(Locale.ROOT)));
        } else if (!line.isBlank()) {
          LOG.warn("{}: not an order: {}", file, line);
        }
      }
    } catch (NoSuchFileException e) {
      return OperatorOrders.NONE;
    } catch (IOException e) {
      LOG.warn("{}: cannot be read, no order of the last run holds: {}", file, e.toString());
    }
    return new OperatorOrders(orders);
  }

  /** Replaces the file's content in one step, or throws and leaves it as it was. */
  void write(OperatorOrders orders) throws IOException {
    String text =
        orders.orders().entrySet().stream()
            .map(e -> e.getValue().name().toLowerCase(Locale.ROOT) + " " + e.getKey() + "\n")
            .sorted()
            .collect(Collectors.joining());
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean isOrder(String word) {
    for (Order order : Order.values()) {
      if (order.name().toLowerCase(Locale.ROOT).equals(word)) {
        return true;
      }
    }
    return false;
  }
}
