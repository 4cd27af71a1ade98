package io.headgate.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * This program's own sockets at one end of the network: a JVM of its own there, which does as it is
 * told and then answers. It ends with this process, whatever ends that.
 */
final class Outpost {
  private final String name;
  private final Process process;
  private final PrintStream orders;
  private final BufferedReader answers;

  private Outpost(String name, Process process) {
    this.name = name;
    this.process = process;
    this.orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  static Outpost start(Stage stage, Party party, String name) throws CannotCompare, IOException {
    return new Outpost(name, stage.talkTo(party, name, command()));
  }

  private static List<String> command() {
    try {
      Path classes =
          Path.of(Outpost.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-XX:+UseSerialGC",
          "-Xmx256m",
          "--enable-native-access=ALL-UNNAMED",
          "-cp",
          classes.toString(),
          OutpostProgram.class.getName());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean accepts(InetSocketAddress address) throws CannotCompare, IOException {
    return ask(Order.of(Order.Verb.ACCEPTS, address)).equals("1");
  }

  /** Holds so many connections open until {@link #close(InetSocketAddress)}. */
  void open(InetSocketAddress address, int connections) throws CannotCompare, IOException {
    ask(Order.of(Order.Verb.OPEN, address, connections));
  }

  /** Asks for the large answer on every connection that is open, and reads none of it. */
  void stall(InetSocketAddress address) throws CannotCompare, IOException {
    ask(Order.of(Order.Verb.STALL, address));
  }

  void close(InetSocketAddress address) throws CannotCompare, IOException {
    ask(Order.of(Order.Verb.CLOSE, address));
  }

  Load download(InetSocketAddress address, int seconds) throws CannotCompare, IOException {
    return Load.parse(ask(Order.of(Order.Verb.DOWNLOAD, address, seconds)));
  }

  Load upload(InetSocketAddress address, int seconds) throws CannotCompare, IOException {
    return Load.parse(ask(Order.of(Order.Verb.UPLOAD, address, seconds)));
  }

  /** So many short connections. */
  Load fetch(InetSocketAddress address, int connections) throws CannotCompare, IOException {
    return Load.parse(ask(Order.of(Order.Verb.FETCH, address, connections)));
  }

  /** An open loop. */
  Load steady(InetSocketAddress address, int perSecond, int seconds)
      throws CannotCompare, IOException {
    return Load.parse(ask(Order.of(Order.Verb.STEADY, address, perSecond, seconds)));
  }

  /** Starts the backend of uploads. */
  void sink(InetSocketAddress address) throws CannotCompare, IOException {
    ask(Order.of(Order.Verb.SINK, address));
  }

  /** Connections that the web server there holds, the one that asks not counted. */
  int active(InetSocketAddress address) throws CannotCompare, IOException {
    return Integer.parseInt(ask(Order.of(Order.Verb.ACTIVE, address)));
  }

  private String ask(Order order) throws CannotCompare, IOException {
    orders.println(order.line());
    String answer = answers.readLine();
    if (answer == null) {
      throw new CannotCompare(
          name
              + " has ended in the middle of "
              + order.line()
              + (process.isAlive() ? "" : ", died"));
    }
    if (answer.startsWith(OutpostProgram.DONE)) {
      return answer.substring(OutpostProgram.DONE.length());
    }
    throw new CannotCompare(name + ", told to " + order.line() + ": " + answer);
  }
}
