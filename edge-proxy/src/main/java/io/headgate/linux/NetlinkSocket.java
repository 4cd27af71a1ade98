package io.headgate.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;

/**
 * Asks the kernel by netlink and takes its answers, which are there when the question has been
 * sent: nothing waits for anybody else. Owned by one thread.
 */
final class NetlinkSocket implements AutoCloseable {
  static final int ROUTE = 0;
  static final int SOCKET_DIAGNOSTICS = 4;

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOL_NETLINK = 270;
  private static final int RECEIVE_BYTES = 65_536; // as iproute2; a list comes in parts of 32 KiB
  private static final int SEND_BYTES = 4096;
  private static final int KERNEL_AT = 4; // nl_pid in struct sockaddr_nl
  private static final int DUMP_TRIES = 5;
  private static final String CAPABILITY = "CAP_NET_ADMIN";

  private final MessageSocket socket;
  private int sequence;

  private NetlinkSocket(MessageSocket socket) {
    this.socket = socket;
  }

  /**
   * @param groups to subscribe to: RTMGRP_ of linux/rtnetlink.h
   */
  static Attempt<NetlinkSocket> open(int protocol, int groups) {
    String what = "a netlink socket";
    var patience = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
    patience.putLong(2).putLong(0); // struct timeval: never met, but a thread must not hang
    return MessageSocket.open(
            AF_NETLINK, SOCK_RAW, protocol, RECEIVE_BYTES, SEND_BYTES, what, CAPABILITY)
        .then(socket ->
            SocketSetting.apply(
                socket,
                List.of(
                    SocketSetting.of("NETLINK_CAP_ACK", SOL_NETLINK, 10, 1),
                    SocketSetting.of("NETLINK_EXT_ACK", SOL_NETLINK, 11, 1),
                    SocketSetting.of("SO_RCVBUF", MessageSocket.SOL_SOCKET, 8, 1 << 20),
                    new SocketSetting(
                        "SO_RCVTIMEO", MessageSocket.SOL_SOCKET, 20, patience.array())),
                what))
        .then(socket -> bound(socket, groups));
  }

  private static Attempt<NetlinkSocket> bound(MessageSocket socket, int groups) {
    var address = ByteBuffer.allocate(12).order(ByteOrder.nativeOrder()); // struct sockaddr_nl
    address.putShort((short) AF_NETLINK).putShort((short) 0).putInt(0).putInt(groups);
    int answer = socket.bind(address.array());
    if (answer < 0) {
      socket.close();
      return Attempt.Refused.because(answer, "bind a netlink socket", CAPABILITY);
    }
    return new Attempt.Succeeded<>(new NetlinkSocket(socket));
  }

  /**
   * From now on the kernel heeds what the head of a question names, and lists nothing else (Linux
   * 4.20): one family and one table of routes, for instance, of a host that has a million.
   */
  Attempt<NetlinkSocket> strict() {
    int answer = socket.set(SOL_NETLINK, 12, 1);
    if (answer < 0) {
      close();
      return Attempt.Refused.because(answer, "set NETLINK_GET_STRICT_CHK", CAPABILITY);
    }
    return new Attempt.Succeeded<>(this);
  }

  int descriptor() {
    return socket.descriptor();
  }

  /** A new message, to be given to {@link #tell} or {@link #list}. */
  NetlinkRequest request(int type, int flags) {
    sequence++;
    return new NetlinkRequest(socket.outgoing(), type, flags, sequence);
  }

  /**
   * What came of something that was to be changed.
   *
   * @param answer 0 or the negated errno
   * @param words the kernel's, or of the errno
   */
  record Acknowledged(int answer, String words) {
    <T> Attempt.Refused<T> refused(String what) {
      return Attempt.Refused.because(answer, what, CAPABILITY, words);
    }
  }

  /** Sends a request with the flag ACK and takes the acknowledgement. */
  Acknowledged tell(NetlinkRequest request) {
    int sent = socket.send(0, 0, request.finish());
    if (sent < 0) {
      return new Acknowledged(sent, Errno.text(-sent));
    }
    while (true) {
      int answer = socket.receiveWaiting();
      if (answer < 0) {
        return new Acknowledged(answer, Errno.text(-answer));
      }
      for (NetlinkMessage message : parse()) {
        if (message.sequence() == request.sequence() && message.type() == NetlinkMessage.ERROR) {
          return acknowledged(message);
        }
      }
    }
  }

  private static Acknowledged acknowledged(NetlinkMessage message) {
    int code = message.answer();
    String text = code == 0 ? "" : Errno.text(-code);
    return new Acknowledged(
        code, message.words().map(words -> words + " (" + text + ")").orElse(text));
  }

  /** A question with the flag DUMP. */
  interface Question {
    NetlinkRequest ask();
  }

  /**
   * Asks for a list, again where it changes meanwhile.
   *
   * @param begin is called before each try: what was told before is void
   */
  Acknowledged list(Question question, Runnable begin, Consumer<NetlinkMessage> each) {
    for (int tries = 1; ; tries++) {
      begin.run();
      NetlinkRequest request = question.ask();
      int sent = socket.send(0, 0, request.finish());
      if (sent < 0) {
        return new Acknowledged(sent, Errno.text(-sent));
      }
      Listing listing = new Listing(request.sequence());
      while (!listing.done) {
        int answer = socket.receiveWaiting();
        if (answer < 0) {
          return new Acknowledged(answer, Errno.text(-answer));
        }
        parse().forEach(message -> listing.take(message, each));
      }
      if (!listing.interrupted || tries == DUMP_TRIES) {
        return listing.end;
      }
    }
  }

  /** A list that is being told. */
  private static final class Listing {
    private final int sequence;
    private boolean interrupted;
    private boolean done;
    private Acknowledged end = new Acknowledged(0, "");

    Listing(int sequence) {
      this.sequence = sequence;
    }

    void take(NetlinkMessage message, Consumer<NetlinkMessage> each) {
      if (message.sequence() != sequence || done) {
        return;
      }
      interrupted |= message.interrupted();
      if (message.type() == NetlinkMessage.DONE || message.type() == NetlinkMessage.ERROR) {
        done = true;
        end = acknowledged(message);
      } else {
        each.accept(message);
      }
    }
  }

  /**
   * What the kernel has sent of its own accord since the last time, without waiting.
   *
   * @return 0 where there may be more, or the negated errno: {@code -EAGAIN} for nothing more
   */
  int take(Consumer<NetlinkMessage> each) {
    int answer = socket.receive();
    if (answer < 0) {
      return answer;
    }
    if (socket.truncated()) {
      return -Errno.EMSGSIZE;
    }
    parse().forEach(each);
    return 0;
  }

  /** What was received, if it is the kernel who has sent it: other processes may, too. */
  private List<NetlinkMessage> parse() {
    ByteBuffer sender = socket.sender();
    boolean kernel = sender.limit() >= 12 && sender.getInt(KERNEL_AT) == 0;
    return kernel ? NetlinkMessage.parse(socket.received()) : List.of();
  }

  @Override
  public void close() {
    socket.close();
  }
}
