package io.headgate.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A socket option with its value, and its name for where the kernel refuses it.
 *
 * @param value as the kernel reads it; not changed by anybody
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SocketSetting(String name, int level, int number, byte[] value) {

  static SocketSetting of(String name, int level, int number, int value) {
    return new SocketSetting(
        name,
        level,
        number,
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(value).array());
  }

  /** Sets all of them; the socket is closed where one is refused. */
  static Attempt<MessageSocket> apply(
      MessageSocket socket, List<SocketSetting> settings, String what) {
    for (SocketSetting setting : settings) {
      int answer = socket.set(setting.level, setting.number, setting.value);
      if (answer < 0) {
        socket.close();
        return Attempt.Refused.because(
            answer, "set " + setting.name + " of " + what, "CAP_NET_RAW");
      }
    }
    return new Attempt.Succeeded<>(socket);
  }
}
