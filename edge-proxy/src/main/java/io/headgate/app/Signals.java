package io.headgate.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Unix signals.
 *
 * <p>By reflection, because javac warns of {@code sun.misc.Signal} in a way that nothing can
 * silence, and this build has no warnings. The class is in the supported module jdk.unsupported.
 */
final class Signals {
  private Signals() {}

  /**
   * Runs {@code action} on a thread of its own whenever the process is sent the signal.
   *
   * @param name without SIG: {@code HUP}
   */
  @SuppressWarnings("ReferenceEquality") // a handler equals only itself
  static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler run =
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  action.run();
                  yield null;
                }
                case "equals" -> arguments != null && proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "on " + name;
              };
      signal
          .getMethod("handle", signal, handler)
          .invoke(
              null,
              signal.getConstructor(String.class).newInstance(name),
              Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, run));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot handle SIG" + name, e);
    }
  }

  /** Sends this process the signal. */
  static void raise(String name) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      signal
          .getMethod("raise", signal)
          .invoke(null, signal.getConstructor(String.class).newInstance(name));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot send SIG" + name, e);
    }
  }
}
