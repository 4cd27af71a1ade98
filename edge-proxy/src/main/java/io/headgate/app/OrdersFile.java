package io.headgate.app;

import io.headgate.model.OrderBook;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's orders on disk, so that they survive a restart, as {@link OrderLines}. */
record OrdersFile(Path file) {
  private static final Logger LOG = LoggerFactory.getLogger(OrdersFile.class);

  /** What was ordered before; a line that cannot be read is left out and said. */
  OrderBook read() {
    try {
      OrderLines.Read read = OrderLines.read(Files.readAllLines(file, StandardCharsets.UTF_8));
      read.unread().forEach(line -> LOG.warn("{}: not an order: {}", file, line));
      return read.book();
    } catch (NoSuchFileException e) {
      return OrderBook.EMPTY;
    } catch (IOException e) {
      LOG.warn("{}: cannot be read, no order of the last run holds: {}", file, e.toString());
      return OrderBook.EMPTY;
    }
  }

  /** Replaces the file's content in one step, or throws and leaves it as it was. */
  void write(OrderBook book) throws IOException {
    String text =
        OrderLines.of(book).stream().map(line -> line + "\n").collect(Collectors.joining());
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
}
