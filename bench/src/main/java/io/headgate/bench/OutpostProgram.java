package io.headgate.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * What runs at an {@link Outpost}: an order per line of its input, an answer per line of output.
 */
final class OutpostProgram {
  /** Begins the answer to an order that was carried out. */
  static final String DONE = "done ";

  private static final int CONNECT_WITHIN_MS = 1000;

  private final Crowd crowd = new Crowd();

  private OutpostProgram() {}

  /** Runs until its input ends. */
  public static void main(String... arguments) throws IOException, InterruptedException {
    var program = new OutpostProgram();
    var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      System.out.println(program.answer(Order.parse(line)));
    }
    System.exit(0); // whatever is still open
  }

  private String answer(Order order) throws InterruptedException {
    try {
      return DONE + carriedOut(order);
    } catch (IOException e) {
      return "failed: " + e;
    }
  }

  private String carriedOut(Order order) throws IOException, InterruptedException {
    return switch (order.verb()) {
      case ACCEPTS -> accepts(order) ? "1" : "0";
      case OPEN -> crowd.open(order.address(), order.number(0));
      case STALL -> crowd.stall();
      case CLOSE -> crowd.close();
      case DOWNLOAD -> Streams.download(order.address(), order.number(0)).line();
      case UPLOAD -> Streams.upload(order.address(), order.number(0)).line();
      case STEADY -> SteadyLoad.run(order.address(), order.number(0), order.number(1)).line();
      case FETCH -> ShortConnections.run(order.address(), order.number(0)).line();
      case SINK -> Site.text(Sink.start(order.address()).address());
      case ACTIVE -> Integer.toString(Webserver.active(order.address()));
    };
  }

  private static boolean accepts(Order order) {
    try (var socket = new Socket()) {
      socket.connect(order.address(), CONNECT_WITHIN_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
