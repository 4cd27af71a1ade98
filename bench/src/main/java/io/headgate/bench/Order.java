package io.headgate.bench;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One thing that an {@link Outpost} is told to do, as a line of text.
 *
 * @param numbers what the verb takes, in its order
 */
record Order(Verb verb, InetSocketAddress address, List<Long> numbers) {
  /** What it answers with stands behind each. */
  enum Verb {
    /** Whether somebody accepts there: 1 or 0. */
    ACCEPTS,
    /** Holds so many connections open. */
    OPEN,
    /** Asks for the large answer on all of them, and reads nothing. */
    STALL,
    /** Closes them. */
    CLOSE,
    /** Downloads for so many seconds: a {@link Load}. */
    DOWNLOAD,
    /** Uploads for so many seconds: a {@link Load}. */
    UPLOAD,
    /** Requests per second, for so many seconds: a {@link Load} with its latency. */
    STEADY,
    /** Makes so many short connections, as fast as they go: a {@link Load}. */
    FETCH,
    /** Starts the backend of uploads there. */
    SINK,
    /** How many connections the web server there holds. */
    ACTIVE
  }

  Order {
    numbers = List.copyOf(numbers);
  }

  static Order of(Verb verb, InetSocketAddress address, long... numbers) {
    return new Order(verb, address, Arrays.stream(numbers).boxed().toList());
  }

  String line() {
    List<String> words = new ArrayList<>(List.of(verb.name(), Site.text(address)));
    numbers.forEach(number -> words.add(number.toString()));
    return String.join(" ", words);
  }

  static Order parse(String line) {
    List<String> words = List.of(line.split(" ", -1));
    String address = words.get(1);
    int colon = address.lastIndexOf(':');
    return new Order(
        Verb.valueOf(words.getFirst()),
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
        words.stream().skip(2).map(Long::valueOf).toList());
  }

  int number(int index) {
    return Math.toIntExact(numbers.get(index));
  }
}
