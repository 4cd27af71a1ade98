package io.headgate.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@EnabledOnOs(OS.LINUX)
class OpenFileLimitTest {
  @Test
  void is_what_the_kernel_says_of_this_process() throws IOException {
    var limit = OpenFileLimit.current().orElseThrow();
    assertThat(fromProc()).isEqualTo(limit);
  }

  @Test
  void a_lowered_soft_limit_is_raised_to_the_hard_one() throws IOException {
    var before = OpenFileLimit.current().orElseThrow();
    assertThat(new OpenFileLimit(before.hard() - 1, before.hard()).apply()).isTrue();
    assertThat(fromProc().soft()).isEqualTo(before.hard() - 1);

    var raised = OpenFileLimit.raise().orElseThrow();

    assertThat(raised).isEqualTo(new OpenFileLimit(before.hard(), before.hard()));
    assertThat(fromProc()).isEqualTo(raised);
  }

  @Test
  void what_the_kernel_refuses_is_not_in_force() {
    var before = OpenFileLimit.current().orElseThrow();
    assertThat(new OpenFileLimit(before.hard() + 1, before.hard()).apply())
        .as("a soft limit above the hard one is invalid for everyone")
        .isFalse();
    assertThat(OpenFileLimit.current()).contains(before);
  }

  private static OpenFileLimit fromProc() throws IOException {
    String[] columns =
        Files.readAllLines(Path.of("/proc/self/limits")).stream()
            .filter(line -> line.startsWith("Max open files"))
            .findFirst()
            .orElseThrow()
            .split("\\s{2,}", -1);
    return new OpenFileLimit(Long.parseLong(columns[1]), Long.parseLong(columns[2]));
  }
}
