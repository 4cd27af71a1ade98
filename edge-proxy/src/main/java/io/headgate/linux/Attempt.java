package io.headgate.linux;

import java.util.Optional;
import java.util.function.Function;

/** What became of something that was asked of the kernel, where its refusal is to be expected. */
public sealed interface Attempt<T> {
  record Succeeded<T>(T value) implements Attempt<T> {}

  /**
   * The kernel, or the platform, has refused.
   *
   * @param errno of {@link Errno}
   * @param why for an operator: what was refused, and what would help where that is known
   */
  record Refused<T>(int errno, String why) implements Attempt<T> {
    /**
     * Of a call's answer.
     *
     * @param answer the negated errno
     * @param what could not be done, as in "cannot WHAT"
     * @param capability that the kernel asks for, such as CAP_NET_RAW
     */
    static <T> Refused<T> because(int answer, String what, String capability) {
      return because(answer, what, capability, Errno.text(-answer));
    }

    /** The same in the kernel's own words. */
    static <T> Refused<T> because(int answer, String what, String capability, String words) {
      boolean privilege = answer == -Errno.EPERM || answer == -Errno.EACCES;
      return new Refused<>(
          -answer, "cannot " + what + ": " + (privilege ? "needs " + capability : words));
    }

    /** Of another type: nothing was had of either. */
    <U> Refused<U> as() {
      return new Refused<>(errno, why);
    }
  }

  /** What was had, if it was. */
  default Optional<T> optional() {
    return switch (this) {
      case Succeeded(T value) -> Optional.of(value);
      case Refused<T> _ -> Optional.empty();
    };
  }

  /**
   * What was had.
   *
   * @throws IllegalStateException with the reason of the refusal
   */
  default T orElseThrow() {
    return switch (this) {
      case Succeeded(T value) -> value;
      case Refused<T> refused -> throw new IllegalStateException(refused.why());
    };
  }

  /** Goes on with what was had. */
  default <U> Attempt<U> then(Function<T, Attempt<U>> next) {
    return switch (this) {
      case Succeeded(T value) -> next.apply(value);
      case Refused<T> refused -> refused.as();
    };
  }

  /** The same about another value. */
  default <U> Attempt<U> map(Function<T, U> as) {
    return then(value -> new Succeeded<>(as.apply(value)));
  }
}
