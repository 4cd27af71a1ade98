package io.headgate.bench.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PlanTest {
  @Test
  void everything_is_measured_by_default() throws Exception {
    Plan plan = Plan.parse();
    assertThat(plan.contenders()).containsExactly(Contender.values());
    assertThat(plan.faults()).containsExactly(Fault.values());
    assertThat(plan.rounds()).isEqualTo(20);
  }

  @Test
  void what_is_named_is_measured() throws Exception {
    Plan plan =
        Plan.parse("--only", "keepalived", "--faults", "crash,long-pause", "--intervals", "50");
    assertThat(plan.contenders()).containsExactly(Contender.KEEPALIVED);
    assertThat(plan.faults()).containsExactly(Fault.CRASH, Fault.LONG_PAUSE);
    assertThat(plan.intervals()).containsExactly(Duration.ofMillis(50));
  }

  @Test
  void what_cannot_be_meant_is_refused_with_what_can() {
    assertThatThrownBy(() -> Plan.parse("--only", "ucarp")).hasMessageContaining("keepalived");
    assertThatThrownBy(() -> Plan.parse("--rounds", "0")).hasMessageContaining("--rounds");
    assertThatThrownBy(() -> Plan.parse("--rounds")).hasMessageContaining("misses");
    assertThatThrownBy(() -> Plan.parse("--quick")).hasMessageContaining("--quick");
  }
}
