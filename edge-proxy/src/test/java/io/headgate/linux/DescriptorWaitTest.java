package io.headgate.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class DescriptorWaitTest {
  private final StreamSockets sockets = new StreamSockets();

  @Test
  void what_can_be_read_is_ready_and_what_cannot_is_not() {
    var quiet = sockets.pipe(4096).orElseThrow();
    var full = sockets.pipe(4096).orElseThrow();
    write(full);
    try (var wait = DescriptorWait.open(2).orElseThrow()) {
      wait.add(quiet.output());
      wait.add(full.output());
      assertThat(wait.await(Long.MAX_VALUE)).isTrue();
      assertThat(wait.ready(full.output())).isTrue();
      assertThat(wait.ready(quiet.output())).isFalse();

      wait.remove(full.output());
      assertThat(wait.await(0)).isFalse();
      assertThat(wait.ready(full.output())).isFalse();
    }
    sockets.close(quiet);
    sockets.close(full);
  }

  @Test
  void the_time_that_it_waits_is_in_nanoseconds() {
    try (var wait = DescriptorWait.open(0).orElseThrow()) {
      long beforeNs = System.nanoTime();
      assertThat(wait.await(300_000)).isFalse();
      assertThat(System.nanoTime() - beforeNs).isGreaterThanOrEqualTo(300_000);
      assertThat(wait.await(-1)).isFalse();
    }
  }

  @Test
  void another_thread_wakes_it_once() throws InterruptedException {
    try (var wait = DescriptorWait.open(0).orElseThrow()) {
      var begun = new CountDownLatch(1);
      Thread waker =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  begun.await();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
                wait.wake();
                wait.wake();
              });
      begun.countDown();
      assertThat(wait.await(Long.MAX_VALUE)).as("no descriptor is ready").isFalse();
      waker.join();
      var _ = wait.await(0); // the second call, if it came later
      long beforeNs = System.nanoTime();
      assertThat(wait.await(2_000_000)).isFalse();
      assertThat(System.nanoTime() - beforeNs).isGreaterThanOrEqualTo(2_000_000);
    }
  }

  @Test
  void waking_what_is_closed_does_nothing() {
    var wait = DescriptorWait.open(0).orElseThrow();
    wait.close();
    wait.wake();
    wait.close();
  }

  @Test
  void a_descriptor_that_was_closed_and_not_removed_is_a_bug() {
    try (var wait = DescriptorWait.open(1).orElseThrow()) {
      int closed = Integer.MAX_VALUE; // no number that a descriptor of another thread gets
      wait.add(closed);
      assertThat(wait.await(Long.MAX_VALUE)).isTrue();
      assertThatThrownBy(() -> wait.ready(closed)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> wait.add(closed)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  private static void write(StreamSockets.Pipe pipe) {
    try (Arena arena = Arena.ofConfined()) {
      var state = arena.allocate(StreamCalls.CALL_STATE);
      assertThat(MessageCalls.write(state, pipe.input(), arena.allocate(1).address(), 1))
          .isEqualTo(1);
    }
  }
}
