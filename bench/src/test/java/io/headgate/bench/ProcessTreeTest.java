package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProcessTreeTest {
  @Test
  void cpu_is_user_and_system_time_of_the_process_and_of_children_it_has_waited_for() {
    String stat = "42 (a ) (b 7 8) S 1 42 42 0 -1 4194304 100 0 0 0 11 22 33 44 20 0 1 0 5000\n";

    assertThat(ProcessTree.ticks(stat)).isEqualTo(11 + 22 + 33 + 44);
  }

  @Test
  void a_process_that_has_ended_names_no_memory() {
    assertThat(ProcessTree.residentBytes("Name:\tx\nVmRSS:\t   12 kB\nRssAnon:\t 3 kB\n"))
        .isEqualTo(12 * 1024);
    assertThat(ProcessTree.residentBytes("Name:\tx\nState:\tZ (zombie)\n")).isZero();
  }

  @Test
  void what_a_grandchild_burns_is_counted_while_it_lives_and_after() throws Exception {
    List<String> burning =
        List.of("sh", "-c", "sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; read x");
    Process process = new ProcessBuilder(burning).start();
    try {
      var tree = new ProcessTree(process.pid());
      while (process.descendants().findAny().isPresent() || tree.cpuSeconds() == 0) {
        Thread.onSpinWait();
      }
      assertThat(tree.cpuSeconds()).isGreaterThanOrEqualTo(0.02);
      assertThat(tree.residentBytes()).isPositive();
    } finally {
      process.getOutputStream().close();
      assertThat(process.waitFor()).isNotNegative();
    }
  }

  @Test
  void a_pipe_between_two_processes_is_one_pipe() throws Exception {
    List<String> command = List.of("sh", "-c", "sleep 60 | sleep 60");
    Process process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.DISCARD)
            .start();
    try {
      var tree = new ProcessTree(process.pid());
      while (process.descendants().count() < 2 || tree.pipes() == 0) {
        Thread.onSpinWait();
      }
      assertThat(tree.pipes()).isOne();
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
  }

  @Test
  void a_pid_that_nobody_has_costs_nothing() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();

    assertThat(new ProcessTree(process.pid()).cpuSeconds()).isZero();
  }
}
