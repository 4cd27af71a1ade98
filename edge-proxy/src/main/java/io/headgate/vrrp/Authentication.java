package io.headgate.vrrp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The authentication field of version 2: a type and eight bytes. RFC 3768 abolished all types but
 * none; keepalived still offers the password, in clear. Version 3 has no such field.
 */
public sealed interface Authentication {
  /** The auth type on the wire, RFC 2338 5.3.6. */
  int type();

  /** The eight bytes of authentication data, first byte highest. */
  long data();

  /** Type 0, and always so in version 3. */
  record None() implements Authentication {
    @Override
    public int type() {
      return 0;
    }

    @Override
    public long data() {
      return 0;
    }
  }

  /**
   * Type 1: a password that all on the LAN can read.
   *
   * @param data its eight bytes, first byte highest
   */
  record SimplePassword(long data) implements Authentication {
    /** The password as keepalived sends it: the first eight bytes, filled up with zeros. */
    public static SimplePassword of(String password) {
      byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
      var eight = ByteBuffer.allocate(Long.BYTES);
      eight.put(bytes, 0, Math.min(bytes.length, Long.BYTES));
      return new SimplePassword(eight.getLong(0));
    }

    @Override
    public int type() {
      return 1;
    }

    /** Without the password, since it may end in a log. */
    @Override
    public String toString() {
      return "SimplePassword[***]";
    }
  }

  /**
   * Any other type, carried and not understood: 2 is an IP authentication header around the packet.
   *
   * @param type 2..255
   */
  record Opaque(int type, long data) implements Authentication {
    public Opaque {
      if (type < 2 || type > 255) {
        throw new IllegalArgumentException("type must be 2..255 but is " + type);
      }
    }
  }

  /** The authentication that these two fields spell. */
  static Authentication of(int type, long data) {
    return switch (type) {
      case 0 -> new None();
      case 1 -> new SimplePassword(data);
      default -> new Opaque(type, data);
    };
  }
}
