package io.headgate.linux;

/** What reading a socket that never blocks came to. */
public sealed interface Reception<T> {
  record Arrived<T>(T value) implements Reception<T> {}

  /** Nothing has arrived since. */
  record Nothing<T>() implements Reception<T> {}

  /**
   * The socket is still to be read; where it keeps failing it is to be opened anew.
   *
   * @param errno such as {@link Errno#ENETDOWN} once, where the interface has gone down
   */
  record Failed<T>(int errno, String why) implements Reception<T> {}

  /** Of the answer of a receiving call that is below zero. */
  static <T> Reception<T> failed(int answer) {
    return answer == -Errno.EAGAIN
        ? new Nothing<>()
        : new Failed<>(-answer, "cannot receive: " + Errno.text(-answer));
  }
}
